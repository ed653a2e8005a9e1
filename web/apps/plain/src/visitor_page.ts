import {
  ButtonOperations,
  Connection,
  Conversations,
  Thread,
  browserParts,
  storageOf,
  systemMint,
  type Answer,
  type Written,
} from "@airdesk/client";
import { messages, type Happening, type Id } from "@airdesk/protocol";
import { Composer } from "./composer.ts";
import { ConnectionLine } from "./connection_line.ts";
import { button, element, setAttributes, setText } from "./dom.ts";
import { MessageList } from "./message_list.ts";
import { Notices } from "./notices.ts";
import { renderSoon } from "./render_soon.ts";
import { awaitsRating, threadItems, type Item } from "./thread_items.ts";
import { pageTitle } from "./title.ts";
import { VisitorToken } from "./visitor_token.ts";
import type { Saying, Words } from "./words.ts";

const SCORES = [1, 2, 3, 4, 5];

/** The visitor's chat. All of the visitor's conversations are one long list. */
export class VisitorPage {
  readonly root: HTMLElement;
  readonly #words: Words;
  readonly #token: VisitorToken;
  readonly #conversations = new Conversations(() => Date.now());
  /** Holds the messages that are sent before there is a conversation. */
  readonly #lobby = new Thread();
  readonly #operations = new ButtonOperations(systemMint);
  readonly #list: MessageList;
  readonly #composer: Composer;
  readonly #line: ConnectionLine;
  readonly #notices = new Notices();
  readonly #status: HTMLElement;
  readonly #typing: HTMLElement;
  readonly #rating: HTMLElement;
  readonly #render = renderSoon(() => this.#draw());
  #connection: Connection | null = null;

  constructor(words: Words, inbox: string) {
    this.#words = words;
    this.#token = new VisitorToken(inbox);
    this.#list = new MessageList(
      words,
      () => this.#older(),
      () => this.#seen(),
    );
    this.#composer = new Composer(words, storageOf("sessionStorage"), {
      send: (written) => this.#send(written),
      typing: (on) => this.#type(on),
      tooLong: () => this.#notices.say(words.say("tooLong")),
    });
    this.#composer.write("mine");
    this.#line = new ConnectionLine(words, () => this.#connection?.start());
    this.#status = element("span", { class: "status", "data-testid": "status" });
    this.#typing = element("p", {
      class: "typing",
      "data-testid": "typing",
      "aria-live": "polite",
    });
    this.#rating = this.#ratingBox();
    this.root = this.#layout();
    document.addEventListener("visibilitychange", () => this.#render());
  }

  /** Get a credential and connect. */
  async run(): Promise<void> {
    this.#render();
    const known = await this.#token.get((retryAtMs) =>
      this.#line.show({ name: "offline", retryAtMs }),
    );
    this.#connection = new Connection(
      { ...browserParts(), ...known, renewToken: (refused) => this.#token.renew(refused) },
      {
        stateChanged: (state) => this.#line.show(state),
        happened: (happening) => this.#happened(happening),
        answered: (answer) => this.#answered(answer),
        pendingChanged: () => this.#render(),
      },
    );
    this.#connection.start();
    this.#render();
  }

  #layout(): HTMLElement {
    const title = element("h1", {}, this.#words.say("visitorTitle"));
    const header = element("header", {}, element("div", {}, title, this.#status), this.#line.root);
    const foot = element("footer", {}, this.#typing, this.#rating, this.#composer.root);
    return element(
      "main",
      { class: "chat alone" },
      header,
      this.#list.root,
      foot,
      this.#notices.root,
    );
  }

  #ratingBox(): HTMLElement {
    const stars = SCORES.map((score) => {
      const star = button(`rate-${score}`, "☆", () => this.#rate(score));
      star.setAttribute("aria-label", this.#words.say("rateLabel", score));
      return star;
    });
    const question = element("span", {}, this.#words.say("rateQuestion"));
    return element(
      "div",
      { class: "rating", "data-testid": "rating", hidden: true },
      question,
      ...stars,
    );
  }

  // What happens -----------------------------------------------------------------------------

  #happened(happening: Happening): void {
    this.#conversations.apply(happening);
    if (happening.happening === "welcomed") this.#token.remember(happening.welcome.you);
    this.#render();
  }

  #answered(answer: Answer): void {
    this.#operations.answered(answer.op);
    const conversation = answer.conversation ?? this.#newest;
    (conversation === null ? this.#lobby : this.#conversations.thread(conversation)).answered(
      answer,
    );
    if (answer.refusal === null || answer.command === null) return;
    const text = answer.command.type === "send" ? answer.command.text : null;
    const saying: Saying = text === null ? "refused" : "refusedText";
    this.#notices.say(this.#words.say(saying, answer.refusal.text, text ?? ""));
  }

  // What the person does ---------------------------------------------------------------------

  #send({ op, text }: Written): void {
    this.#connection?.submit(messages.Send.make({ op, where: 0, text }));
  }

  #rate(score: number): void {
    const conversation = this.#newest;
    if (conversation === null) return;
    const op = this.#operations.op(`rate ${conversation} ${score}`);
    this.#connection?.submit(messages.Rate.make({ op, where: conversation, score }));
  }

  #type(on: boolean): void {
    if (this.#newest !== null) this.#connection?.typing(this.#newest, on);
  }

  #older(): void {
    const [first] = this.#ordered;
    if (first === undefined) return;
    const thread = this.#conversations.thread(first);
    if (!thread.atStart && thread.firstSeq) this.#connection?.history(first, thread.firstSeq);
  }

  #seen(): void {
    if (document.hidden || !this.#list.atEnd) return;
    for (const [conversation, thread] of this.#conversations.threads) {
      this.#connection?.read(conversation, thread.lastSeq);
    }
  }

  // What is shown ----------------------------------------------------------------------------

  get #ordered(): Id[] {
    const rows = [...this.#conversations.rows.values()];
    return rows.sort((a, b) => a.opened_ms - b.opened_ms).map(({ conversation }) => conversation);
  }

  get #newest(): Id | null {
    return this.#ordered.at(-1) ?? null;
  }

  #draw(): void {
    const newest = this.#newest;
    this.#sharePending(newest);
    this.#list.show("mine", this.#items(), this.#words.say("empty"));
    this.#composer.enable(this.#connection?.identity != null);
    setText(this.#status, this.#statusText(newest));
    setAttributes(this.#status, {
      "data-status": newest === null ? undefined : this.#conversations.status(newest),
    });
    const typist = newest === null ? undefined : this.#conversations.typing.get(newest);
    const who = this.#words.say(typist === 2 ? "bot" : "agent");
    setText(this.#typing, typist === undefined ? "" : `${who} ${this.#words.say("typing")}`);
    this.#drawRating(newest);
    this.#seen();
    const unread = newest === null ? 0 : (this.#conversations.rows.get(newest)?.unread ?? 0);
    document.title = pageTitle("visitor", document.hidden ? unread : 0);
  }

  #items(): Item[] {
    const { words } = { words: this.#words };
    const all = this.#ordered.flatMap((conversation) =>
      threadItems(this.#conversations.thread(conversation), {
        words,
        marks: this.#conversations.marks(conversation),
        side: "visitor",
        prefix: conversation,
      }),
    );
    if (all.length) return all;
    const marks = { delivered: 0, read: 0 };
    return threadItems(this.#lobby, { words, marks, side: "visitor", prefix: "lobby" });
  }

  /** What is on its way belongs to the newest conversation, or to the one that it will begin. */
  #sharePending(newest: Id | null): void {
    const pending = this.#connection?.pending ?? [];
    for (const [conversation, thread] of this.#conversations.threads) {
      thread.setPending(conversation === newest ? pending : []);
    }
    this.#lobby.setPending(newest === null ? pending : []);
  }

  #statusText(newest: Id | null): string {
    const row = newest === null ? undefined : this.#conversations.rows.get(newest);
    switch (newest === null ? undefined : this.#conversations.status(newest)) {
      case "bot":
        return this.#words.say("statusBot");
      case "queued":
        return row?.place
          ? this.#words.say("statusPlace", row.place)
          : this.#words.say("statusQueued");
      case "assigned":
      case "snoozed":
        return this.#words.say("statusAssigned");
      case "resolved":
        return this.#words.say("statusResolved");
      default:
        return "";
    }
  }

  #drawRating(newest: Id | null): void {
    const resolved = newest !== null && this.#conversations.status(newest) === "resolved";
    this.#rating.hidden = !resolved || !awaitsRating(this.#conversations.thread(newest));
  }
}
