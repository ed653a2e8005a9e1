import type { Id } from "@airdesk/protocol";
import type { Conversations } from "@airdesk/client";
import { KeyedChildren, element, setText, type Keyed } from "./dom.ts";
import type { Words } from "./words.ts";

const SHORT_NAME = 4;

/** The name by which agents call a visitor. */
export function visitorName(words: Words, visitor: Id): string {
  return words.say("visitorName", visitor.slice(-SHORT_NAME).toUpperCase());
}

/** A list of conversations from which the agent chooses. */
export class ConversationList {
  readonly root: HTMLElement;
  readonly #title: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #children: KeyedChildren;
  readonly #words: Words;
  readonly #choose: (conversation: Id) => void;

  constructor(testid: string, words: Words, choose: (conversation: Id) => void) {
    this.#words = words;
    this.#choose = choose;
    this.#title = element("h2");
    this.#empty = element("p", { class: "none" });
    const list = element("ul", { class: "conversations", "data-testid": testid });
    this.#children = new KeyedChildren(list);
    this.root = element("section", {}, this.#title, this.#empty, list);
  }

  /** Show these conversations. */
  show(
    title: string,
    empty: string,
    ids: readonly Id[],
    conversations: Conversations,
    chosen: Id,
  ): void {
    setText(this.#title, title);
    setText(this.#empty, ids.length ? "" : empty);
    this.#empty.hidden = ids.length > 0;
    this.#children.show(ids.map((id) => this.#keyed(id, conversations, id === chosen)));
  }

  #keyed(id: Id, conversations: Conversations, chosen: boolean): Keyed {
    const row = conversations.rows.get(id);
    const status = conversations.status(id) ?? "";
    const last = conversations.thread(id).events.findLast(({ text }) => text !== "");
    const preview = conversations.typing.has(id) ? this.#words.say("typing") : (last?.text ?? "");
    const { unread, place } = { unread: row?.unread ?? 0, place: row?.place ?? 0 };
    const time = row ? this.#words.time(row.last_ms) : "";
    const name = visitorName(this.#words, row?.visitor ?? "");
    return {
      key: id,
      look: JSON.stringify([status, preview, unread, place, time, chosen]),
      make: () => {
        const line = element("span", { class: "line" }, element("b", {}, name));
        line.append(element("time", {}, time));
        const under = element(
          "span",
          { class: "line" },
          element("span", { class: "preview" }, preview),
        );
        if (place)
          under.append(element("span", { class: "place", "data-testid": "place" }, `#${place}`));
        if (unread) {
          const label = this.#words.say("unread", unread);
          under.append(element("span", { class: "badge", "aria-label": label }, String(unread)));
        }
        const names = { "data-testid": "conversation", "data-id": id, "data-status": status };
        const state = { "data-unread": unread, "aria-current": chosen ? "true" : undefined };
        const made = element("button", { type: "button", ...names, ...state }, line, under);
        made.addEventListener("click", () => this.#choose(id));
        return element("li", {}, made);
      },
    };
  }
}
