/** A site with the chat on it, as the inbox's settings would have it. */

import { Bubble } from "../loader/bubble.ts";
import { loaderConfig } from "../loader/config.ts";
import { onLook, PREVIEW_READY, type Look } from "./look.ts";

const LINES = [62, 88, 74, 0, 92, 80, 96, 58, 0, 84, 90, 70];

/** A page without words, so that nobody takes it for his own. */
function page(): HTMLElement {
  const made = document.createElement("div");
  made.className = "page";
  made.ariaHidden = "true";
  made.append(
    ...LINES.map((width) => {
      const line = document.createElement("i");
      line.style.inlineSize = `${width}%`;
      return line;
    }),
  );
  return made;
}

/** Ties the settings' word, the bubble and the chat in it together. */
class Site {
  readonly #frame = document.createElement("iframe");
  #bubble: Bubble | null = null;
  #look: Look | null = null;
  #open = true;
  /** True once the chat listens. */
  #ready = false;

  constructor() {
    this.#frame.src = "/widget/preview/chat";
    // A picture of a chat: nothing in it does anything.
    this.#frame.inert = true;
    document.body.append(page());
    addEventListener("message", ({ data, source }) => {
      if (source !== this.#frame.contentWindow || data !== PREVIEW_READY) return;
      this.#ready = true;
      this.#tell();
    });
    onLook((look) => this.#draw(look));
  }

  #draw(look: Look): void {
    this.#look = look;
    const { inbox, position, offset_x, offset_y, dark, language } = look;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.classList.toggle("dark", dark);
    // The bubble reads "auto" off the device; here the settings say which one is looked at.
    const theme = dark ? "dark" : "light";
    const told = { colour: inbox.colour, language, position, offset_x, offset_y, theme };
    const texts = inbox.texts as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const config = loaderConfig({ ...told, texts }, language);
    this.#frame.title = config.title;
    if (this.#bubble === null) this.#begin(config);
    else this.#bubble.rename(config);
    this.#tell();
  }

  #begin(config: ReturnType<typeof loaderConfig>): void {
    this.#bubble = new Bubble(
      config,
      () => this.#show(!this.#open),
      () => this.#tell(),
    );
    this.#bubble.hold(this.#frame);
    this.#show(true);
  }

  #show(open: boolean): void {
    this.#open = open;
    this.#bubble?.show(open);
  }

  #tell(): void {
    if (this.#look === null || this.#bubble === null || !this.#ready) return;
    this.#frame.contentWindow?.postMessage({ airdeskLook: this.#look }, location.origin);
    this.#bubble.painted(true);
  }
}

new Site();
