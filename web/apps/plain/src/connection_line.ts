import type { ConnectionState } from "@airdesk/client";
import { ErrorNumber, isAccessFault } from "@airdesk/protocol";
import { button, element, setAttributes, setText } from "./dom.ts";
import type { Words } from "./words.ts";

/** Says in words how the connection is. */
export class ConnectionLine {
  readonly root: HTMLElement;
  readonly #text: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #words: Words;
  #state: ConnectionState = { name: "connecting" };

  /** @param again - the person wants another try. */
  constructor(words: Words, again: () => void) {
    this.#words = words;
    const names = { class: "connection", role: "status", "data-testid": "connection" };
    this.#text = element("span", names);
    this.#again = button("again", words.say("again"), again);
    this.root = element("div", { class: "connection-line" }, this.#text, this.#again);
    // The seconds until the next try pass.
    setInterval(() => this.#render(), 1_000);
    this.#render();
  }

  /** The state is this now. */
  show(state: ConnectionState): void {
    this.#state = state;
    this.#render();
  }

  #render(): void {
    setText(this.#text, this.#say());
    setAttributes(this.#text, { "data-state": this.#state.name });
    this.#again.hidden = this.#state.name !== "ended";
  }

  #say(): string {
    const state = this.#state;
    switch (state.name) {
      case "live":
      case "connecting":
        return this.#words.say(state.name);
      case "offline": {
        const seconds = Math.ceil((state.retryAtMs - Date.now()) / 1_000);
        return seconds > 1 ? this.#words.say("offline", seconds) : this.#words.say("offlineNow");
      }
      case "ended":
        if (state.number === ErrorNumber.Fenced) return this.#words.say("fenced", state.number);
        return this.#words.say(isAccessFault(state.number) ? "badToken" : "ended", state.number);
    }
  }
}
