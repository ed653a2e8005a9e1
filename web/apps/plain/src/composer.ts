import { Draft, systemMint, type Written } from "@airdesk/client";
import { limits, utf8 } from "@airdesk/protocol";
import { button, element } from "./dom.ts";
import type { Words } from "./words.ts";

/** The signal "still typing" is sent this often. */
const TYPING_MS = 3_000;
/** keyCode of a key that belongs to an input method; Safari ends a composition with it. */
const INPUT_METHOD = 229;

/** What a composer tells its page. */
export interface ComposerOwner {
  /** The text is finished. */
  send(written: Written): void;
  typing(on: boolean): void;
  tooLong(): void;
}

/** The box in which a person writes. What is written survives a reload. */
export class Composer {
  readonly root: HTMLElement;
  readonly box: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #owner: ComposerOwner;
  readonly #storage: Storage | null;
  readonly #drafts = new Map<string, Draft>();
  #subject = "";
  #typedMs = 0;

  constructor(words: Words, storage: Storage | null, owner: ComposerOwner) {
    this.#owner = owner;
    this.#storage = storage;
    const placeholder = words.say("placeholder");
    const look = { rows: 1, placeholder, "aria-label": placeholder, "data-testid": "composer" };
    this.box = element("textarea", { ...look, enterkeyhint: "send", autocomplete: "off" });
    this.#send = button("send", words.say("send"), () => this.#finish());
    this.#send.className = "primary";
    this.root = element("div", { class: "composer" }, this.box, this.#send);
    this.box.addEventListener("input", () => this.#edited());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.enable(false);
  }

  /** Write into the draft of this conversation. */
  write(subject: string): void {
    if (subject === this.#subject && this.#drafts.has(subject)) return;
    this.#stopTyping();
    this.#subject = subject;
    const draft = this.#draft;
    if (draft.text === "") draft.edit(this.#storage?.getItem(this.#place) ?? "");
    this.box.value = draft.text;
    this.#fit();
  }

  /** Whether anything can be sent. */
  enable(on: boolean): void {
    this.#send.disabled = !on;
  }

  get #draft(): Draft {
    let draft = this.#drafts.get(this.#subject);
    if (draft === undefined) {
      draft = new Draft(systemMint);
      this.#drafts.set(this.#subject, draft);
    }
    return draft;
  }

  get #place(): string {
    return `airdesk.draft.${this.#subject}`;
  }

  #edited(): void {
    this.#draft.edit(this.box.value);
    this.#save();
    this.#fit();
    const now = Date.now();
    if (this.box.value === "") return this.#stopTyping();
    if (now - this.#typedMs < TYPING_MS) return;
    this.#typedMs = now;
    this.#owner.typing(true);
  }

  #key(event: KeyboardEvent): void {
    // Enter that ends a composition chooses a word; it does not send.
    if (event.isComposing || event.keyCode === INPUT_METHOD) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#finish();
  }

  #finish(): void {
    if (this.#send.disabled) return;
    if (utf8(this.#draft.text).length > limits.TEXT_BYTES_MAX) return this.#owner.tooLong();
    const written = this.#draft.take();
    if (written === null) return;
    this.#owner.send(written);
    this.box.value = "";
    this.#save();
    this.#fit();
    this.#stopTyping();
    this.box.focus();
  }

  #save(): void {
    try {
      if (this.box.value === "") this.#storage?.removeItem(this.#place);
      else this.#storage?.setItem(this.#place, this.box.value);
    } catch {
      // No room: the text is in the box all the same.
    }
  }

  #stopTyping(): void {
    if (this.#typedMs !== 0) this.#owner.typing(false);
    this.#typedMs = 0;
  }

  #fit(): void {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight + 2, 160)}px`;
  }
}
