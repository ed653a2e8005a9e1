import type { StatusName } from "@airdesk/client";
import { button, element } from "./dom.ts";
import type { Words } from "./words.ts";

/** What an agent can do with one click. */
export type Action = "take" | "resolve" | "reopen" | "snooze";

/** What an action bar tells its page. */
export interface ActionOwner {
  act(action: Action): void;
  transfer(agent: string): void;
}

/** The buttons above a conversation; only those that its status allows are there. */
export class ActionBar {
  readonly root: HTMLElement;
  readonly #buttons: Readonly<Record<Action, HTMLButtonElement>>;
  readonly #transfer: HTMLElement;

  constructor(words: Words, owner: ActionOwner) {
    const made = (action: Action) => button(action, words.say(action), () => owner.act(action));
    this.#buttons = {
      take: made("take"),
      resolve: made("resolve"),
      reopen: made("reopen"),
      snooze: made("snooze"),
    };
    this.#buttons.take.className = "primary";
    const label = words.say("transferTo");
    const to = element("input", {
      "data-testid": "transfer-to",
      placeholder: label,
      "aria-label": label,
    });
    const go = button("transfer", words.say("transfer"), () => owner.transfer(to.value.trim()));
    const summary = element("summary", {}, words.say("transfer"));
    const form = element("div", { class: "transfer-form" }, to, go);
    this.#transfer = element("details", { class: "transfer" }, summary, form);
    const { take, resolve, reopen, snooze } = this.#buttons;
    this.root = element("div", { class: "actions" }, take, reopen, snooze, this.#transfer, resolve);
  }

  /** Show what a conversation of this status allows. */
  show(status: StatusName | undefined, isMine: boolean): void {
    const known = status !== undefined;
    const open = known && status !== "resolved";
    this.#buttons.take.hidden = !open || (isMine && status === "assigned");
    this.#buttons.resolve.hidden = !open;
    this.#buttons.reopen.hidden = status !== "resolved" && status !== "snoozed";
    this.#buttons.snooze.hidden = status !== "assigned" && status !== "queued";
    this.#transfer.hidden = !open;
  }
}
