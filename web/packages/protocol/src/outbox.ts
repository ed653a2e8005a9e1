import { JSON_ENCODING } from "./encodings.ts";
import type { Id } from "./ids.ts";
import { FRAME_BYTES_MAX } from "./limits.ts";
import type { CommandMessage } from "./messages.ts";
import { utf8 } from "./text.ts";

/**
 * True if the command can be sent in either encoding. JSON is the longer one: it writes a control
 * character in six bytes.
 */
export function fitsFrame(command: CommandMessage): boolean {
  return utf8(JSON_ENCODING.encode(command) as string).length <= FRAME_BYTES_MAX;
}

/**
 * Commands that are not acknowledged yet, in the order in which they were made.
 *
 * Whoever owns it keeps the entries where a reload does not lose them. Commands name
 * conversations by id, never by ref.
 */
export class Outbox {
  readonly #entries = new Map<Id, CommandMessage>();

  constructor(entries: Iterable<CommandMessage> = []) {
    for (const entry of entries) this.#entries.set(entry.op, entry);
  }

  /** How many commands wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** The commands, oldest first. */
  get entries(): readonly CommandMessage[] {
    return [...this.#entries.values()];
  }

  /** True if the command waits here. */
  has(op: Id): boolean {
    return this.#entries.has(op);
  }

  /**
   * Keep a command until it is acknowledged; one that is kept already stays as it is.
   *
   * @throws RangeError - the command names its conversation by a ref, which would name another
   *   one on the next connection, or does not fit a frame, so that it would end every connection
   *   on which it is sent.
   */
  add(command: CommandMessage): void {
    if ("where" in command && typeof command.where === "number" && command.where !== 0) {
      throw new RangeError("a command in the outbox names its conversation by id");
    }
    if (!fitsFrame(command)) throw new RangeError("the command is larger than a frame");
    if (!this.#entries.has(command.op)) this.#entries.set(command.op, command);
  }

  /** Forget an answered command; false if it was not kept. */
  remove(op: Id): boolean {
    return this.#entries.delete(op);
  }
}
