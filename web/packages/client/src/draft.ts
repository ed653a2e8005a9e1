import type { Id } from "@airdesk/protocol";
import type { Mint } from "./mint.ts";

/** A finished text, or a file's name, and the operation that sends it. */
export interface Written {
  readonly op: Id;
  readonly text: string;
  /** The file's ticket, "" for none. */
  readonly file: string;
}

/**
 * A text that a person writes. Its operation id is minted with the first letter, so one draft is
 * one message however often it is sent, and two drafts are two messages.
 */
export class Draft {
  readonly #mint: Mint;
  #op: Id | null = null;
  #text = "";
  #file = "";

  constructor(mint: Mint) {
    this.#mint = mint;
  }

  /** What is written so far. */
  get text(): string {
    return this.#text;
  }

  /** The text is this now. */
  edit(text: string): void {
    this.#text = text;
    if (text !== "") this.#op ??= this.#mint.id();
  }

  /** A file was uploaded: this draft sends it, under its name. */
  attach(name: string, ticket: string): void {
    this.edit(name);
    this.#file = ticket;
  }

  /** Take the finished text away; null when there is none, as after a double click. */
  take(): Written | null {
    const text = this.#text.trim();
    if (this.#op === null || text === "") return null;
    const written = { op: this.#op, text, file: this.#file };
    this.#op = null;
    this.#text = this.#file = "";
    return written;
  }
}

/**
 * The operation ids of buttons. A button keeps its id until it is answered, so a second click in
 * the meantime is the same operation.
 */
export class ButtonOperations {
  readonly #mint: Mint;
  readonly #byButton = new Map<string, Id>();

  constructor(mint: Mint) {
    this.#mint = mint;
  }

  /** The id of a button, named by its place and its action. */
  op(button: string): Id {
    let op = this.#byButton.get(button);
    if (op === undefined) {
      op = this.#mint.id();
      this.#byButton.set(button, op);
    }
    return op;
  }

  /** The operation was answered: the next click is another one. */
  answered(op: Id): void {
    for (const [button, known] of this.#byButton) {
      if (known === op) this.#byButton.delete(button);
    }
  }

  /** True if one of the buttons waits for its answer under this id. */
  owns(op: Id): boolean {
    return [...this.#byButton.values()].includes(op);
  }
}
