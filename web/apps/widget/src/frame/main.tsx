/** The chat in the frame, and on the stand-alone page. */

import { render } from "preact";
import { chosenLanguage } from "../loader/config.ts";
import { Chat, PRESENCE_MS } from "./chat/chat.ts";
import { embeddingHost, noHost, type Host } from "./page/host.ts";
import { Sound } from "./page/sound.ts";
import { Words } from "./text/words.ts";
import { paint } from "./theme.ts";
import { App } from "./views/app.tsx";

const PHONE = matchMedia("(max-width: 480px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const ALONE_PATH = "/chat/";

/** Ties the chat, its host and what is drawn together. */
class Frame {
  readonly #host: Host;
  readonly #chat: Chat;
  readonly #sound = new Sound();
  #open: boolean;
  #phone: boolean;
  #wish: string;
  #drawing = false;
  #painted = false;
  #unread = "";

  constructor(host: Host, inbox: string) {
    this.#host = host;
    this.#open = host.init.open;
    this.#phone = host.init.phone;
    this.#wish = host.init.language;
    this.#chat = new Chat(host, inbox, {
      changed: () => this.#soon(),
      news: (author, text) => this.#news(author, text),
      event: (name, detail) => host.say({ say: "event", name, detail }),
    });
    host.listen({
      shown: (open, phone) => this.#shown(open, phone),
      identify: (identity) => this.#chat.identify(identity),
      attributes: (attributes) => this.#chat.attributes(attributes),
      language: (language) => this.#speak(language),
      views: (views) => this.#chat.tellViews(views),
    });
    document.documentElement.classList.toggle("alone", !host.embedded);
    document.addEventListener("visibilitychange", () => this.#soon());
    DARK.addEventListener("change", () => this.#soon());
    if (!host.embedded) {
      PHONE.addEventListener("change", () => this.#shown(true, PHONE.matches));
    }
    setInterval(() => this.#minute(), PRESENCE_MS);
    void this.#chat.begin();
  }

  #shown(open: boolean, phone: boolean): void {
    if (open && !this.#open) void this.#chat.askPresence();
    this.#open = open;
    this.#phone = phone;
    this.#soon();
  }

  #speak(language: string): void {
    this.#wish = language;
    this.#soon();
  }

  #news(author: "agent" | "bot", text: string): void {
    if (this.#chat.inbox.sound && !(this.#seen && document.hasFocus())) {
      this.#sound.play(Date.now());
    }
    this.#host.say({ say: "event", name: "message", detail: { author, text } });
  }

  #minute(): void {
    if (this.#seen) void this.#chat.askPresence();
    this.#soon(); // "Today" becomes "yesterday", typing ends.
  }

  get #seen(): boolean {
    return this.#open && !document.hidden;
  }

  /** Draw once for all that changes now. Not by animation frame, which a hidden page has not. */
  #soon(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const chat = this.#chat;
    if (chat.phase === "booting") return; // No picture before the history is there.
    const language = chosenLanguage(this.#wish, chat.inbox.language);
    const words = new Words(language, chat.inbox.texts[language] ?? {}, navigator.languages);
    const page = document.documentElement;
    page.lang = language === "zh" ? "zh-CN" : "en";
    if (!this.#painted) document.title = words.say("title");
    paint(page, chat.inbox, DARK.matches);
    page.classList.toggle("phone", this.#phone);
    const redraw = () => this.#soon();
    const shown = { chat, host: this.#host, words, open: this.#seen, phone: this.#phone, redraw };
    render(<App {...shown} />, document.body);
    this.#tellUnread(words);
    if (this.#painted) return;
    this.#painted = true;
    this.#host.say({ say: "painted" });
  }

  #tellUnread(words: Words): void {
    const count = this.#chat.conversations.unread;
    const flash = count && document.hidden ? words.say("unreadTitle", count) : "";
    const told = `${count} ${flash}`;
    if (told === this.#unread) return;
    if (!this.#unread.startsWith(`${count} `)) {
      this.#host.say({ say: "event", name: "unread", detail: count });
    }
    this.#unread = told;
    this.#host.say({ say: "unread", count, flash });
  }
}

async function main(): Promise<void> {
  const { pathname, search, hash } = location;
  if (pathname.startsWith(ALONE_PATH)) {
    const inbox = decodeURIComponent(pathname.slice(ALONE_PATH.length));
    new Frame(noHost(inbox, search, PHONE.matches), inbox);
    return;
  }
  const inbox = new URLSearchParams(search).get("inbox") ?? "";
  new Frame(await embeddingHost(hash, window.parent), inbox);
}

void main();
