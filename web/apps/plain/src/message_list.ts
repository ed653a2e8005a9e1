import { KeyedChildren, element, type Keyed } from "./dom.ts";
import { stateIcon } from "./icons.ts";
import type { Item, MessageItem } from "./thread_items.ts";
import type { Words } from "./words.ts";

/** Within this many pixels of its end a list counts as being there. */
const NEAR_PX = 48;
/** An older page is asked for again after this. */
const HISTORY_MS = 3_000;

/** The scrolling list of a conversation. It stays at its end if it was there. */
export class MessageList {
  readonly root: HTMLElement;
  readonly #list: HTMLElement;
  readonly #children: KeyedChildren;
  readonly #words: Words;
  readonly #empty: HTMLElement;
  #subject = "";
  #firstKey = "";
  #askedMs = 0;
  #atEnd = true;

  /**
   * @param older - the person scrolled to the beginning of what is shown.
   * @param seen - the person may have seen the end.
   */
  constructor(words: Words, older: () => void, seen: () => void) {
    this.#words = words;
    this.#empty = element("p", { class: "empty" });
    this.#list = element("ol", { class: "messages", "data-testid": "messages" });
    this.root = element("div", { class: "scroll", tabindex: 0 }, this.#empty, this.#list);
    this.#children = new KeyedChildren(this.#list);
    this.root.addEventListener("scroll", () => {
      this.#atEnd = this.#isAtEnd();
      if (this.#atEnd) seen();
      if (this.root.scrollTop < NEAR_PX) this.#ask(older);
    });
    new ResizeObserver(() => {
      if (this.#atEnd) this.#toEnd();
    }).observe(this.root);
  }

  /** True if the last line is in sight. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /**
   * Show these lines.
   *
   * @param subject - whose lines they are; another subject begins at its end.
   * @param empty - said when there are none.
   */
  show(subject: string, items: readonly Item[], empty: string): void {
    const changed = subject !== this.#subject;
    const fromEnd = this.root.scrollHeight - this.root.scrollTop;
    const firstKey = items[0]?.key ?? "";
    this.#empty.textContent = empty;
    this.#empty.hidden = items.length > 0;
    this.#children.show(items.map((item) => this.#keyed(item)));
    const lastIsOwn = items.at(-1)?.key.includes("o") ?? false;
    if (changed || this.#atEnd || (lastIsOwn && this.#isNew(items))) this.#toEnd();
    else if (firstKey !== this.#firstKey) this.root.scrollTop = this.root.scrollHeight - fromEnd;
    this.#subject = subject;
    this.#firstKey = firstKey;
    this.#lastKey = items.at(-1)?.key ?? "";
  }

  #lastKey = "";

  #isNew(items: readonly Item[]): boolean {
    return items.at(-1)?.key !== this.#lastKey;
  }

  #ask(older: () => void): void {
    const now = Date.now();
    if (now - this.#askedMs < HISTORY_MS && this.root.dataset["asked"] === this.#firstKey) return;
    this.#askedMs = now;
    this.root.dataset["asked"] = this.#firstKey;
    older();
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #toEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
    this.#atEnd = true;
  }

  #keyed(item: Item): Keyed {
    if (item.kind === "system") {
      return {
        key: item.key,
        look: item.text,
        make: () => element("li", { class: "system", "data-seq": item.seq }, item.text),
      };
    }
    const { key, state, time, own, op } = item;
    return { key, look: `${state} ${time} ${own} ${op}`, make: () => this.#message(item) };
  }

  #message(item: MessageItem): HTMLElement {
    const { author, own, note, op, seq, state, text, time } = item;
    const meta = element("span", { class: "meta" }, time);
    if (state !== "") meta.append(stateIcon(state, this.#words.say(state)));
    const who = own ? "you" : author === "visitor" ? null : author;
    const name = note ? this.#words.say("note") : who && !own ? this.#words.say(who) : "";
    const bubble = element("div", { class: "bubble" });
    if (name) bubble.append(element("span", { class: "name" }, name));
    bubble.append(element("span", { class: "text" }, text), meta);
    const classes = `message ${own ? "own" : "other"}${note ? " note" : ""}`;
    const names = { "data-testid": "message", "data-author": author, "data-seq": seq || undefined };
    const marks = { "data-op": op || undefined, "data-state": state || undefined };
    return element("li", { class: classes, ...names, ...marks, "data-note": note }, bubble);
  }
}
