import type { CommandMessage, Id } from "@airdesk/protocol";

/** A message that the server refused. Its words are kept until the person decides. */
export interface UnsentMessage {
  readonly op: Id;
  readonly conversation: Id;
  readonly text: string;
  /** The ticket of a file, whose name is the text; "" for none. */
  readonly file: string;
  readonly note: boolean;
  readonly mentions: readonly Id[];
  readonly atMs: number;
  /** Why: the number and the words of the error. */
  readonly number: number;
  readonly detail: string;
}

/** What was written in a command that was refused; null if nothing was. */
export function unsentOf(
  command: CommandMessage,
  refusal: { readonly number: number; readonly text: string },
  atMs: number,
): UnsentMessage | null {
  if (command.type !== "send" && command.type !== "note" && command.type !== "transfer")
    return null;
  // The note of a transfer is a note when nobody took the conversation.
  const text = command.type === "transfer" ? command.note : command.text;
  if (command.type === "transfer" && text === "") return null;
  return {
    op: command.op,
    conversation: String(command.where),
    text,
    file: command.type === "send" ? command.file : "",
    note: command.type !== "send",
    mentions: command.type === "note" ? command.mentions : [],
    atMs,
    number: refusal.number,
    detail: refusal.text,
  };
}

/** Refused messages of one person on one device. A reload does not lose them. */
export class Unsent {
  readonly #storage: Storage | null;
  readonly #place: string;
  readonly #changed: () => void;
  #all: readonly UnsentMessage[];

  constructor(storage: Storage | null, owner: Id, changed: () => void) {
    this.#storage = storage;
    this.#place = `airdesk.unsent.${owner}`;
    this.#changed = changed;
    this.#all = read(storage?.getItem(this.#place) ?? null);
  }

  /** Those of a conversation, oldest first; the same array while nothing changed. */
  of(conversation: Id): readonly UnsentMessage[] {
    const some = this.#all.filter((one) => one.conversation === conversation);
    return some.length === this.#all.length ? this.#all : some;
  }

  /** It was refused. */
  add(message: UnsentMessage): void {
    this.#keep([...this.#all.filter(({ op }) => op !== message.op), message]);
  }

  /** The person decided; gives it back to be sent or written again. */
  take(op: Id): UnsentMessage | undefined {
    const taken = this.#all.find((one) => one.op === op);
    if (taken !== undefined) this.#keep(this.#all.filter((one) => one !== taken));
    return taken;
  }

  #keep(all: readonly UnsentMessage[]): void {
    this.#all = all;
    try {
      if (all.length === 0) this.#storage?.removeItem(this.#place);
      else this.#storage?.setItem(this.#place, JSON.stringify(all));
    } catch {
      // No room: they last as long as the page.
    }
    this.#changed();
  }
}

function read(kept: string | null): readonly UnsentMessage[] {
  try {
    const all: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(all) ? (all as UnsentMessage[]) : [];
  } catch {
    return [];
  }
}
