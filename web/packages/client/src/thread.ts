/**
 * What a page shows of one conversation: its events without a hole, then the messages of this
 * device that are on their way. One message is never shown twice.
 */

import type { CommandMessage, Id, messages } from "@airdesk/protocol";
import type { Answer } from "./device_outbox.ts";
import type { StoredCommand } from "./outbox_store.ts";

/** A message that this device sends into the conversation. */
export interface OwnMessage {
  readonly op: Id;
  /** The words; of a file, its name. */
  readonly text: string;
  /** The ticket of the file that is sent, "" for none. */
  readonly file: string;
  readonly note: boolean;
  /** When it was submitted, by this device's clock. */
  readonly submittedMs: number;
  /** Accepted: it is durable, only its event is still under way. */
  readonly accepted: boolean;
}

/** An event, with its file and offered answers, and, if this identity caused it and the server says so, by which operation. */
export type ThreadEvent = messages.PageEvent & { readonly op: Id };

/** What a thread has to know to place its events in time and among authors. */
export interface ThreadFrame {
  /** When the conversation began, by the server's clock. */
  readonly openedMs: number;
  /** How far the server's clock is ahead of this device's. */
  readonly serverAheadMs: number;
  /** The number of this identity among the conversation's authors, -1 for none. */
  readonly ownAuthor: number;
}

type MessageCommand = messages.Send | messages.Note;
interface Waiting {
  readonly command: MessageCommand;
  readonly order: number;
}

/** The events of a conversation and the own messages that follow them. */
export class Thread {
  frame: ThreadFrame = { openedMs: 0, serverAheadMs: 0, ownAuthor: -1 };
  /** True once the conversation's first event is shown. */
  atStart = false;
  #events: ThreadEvent[] = [];
  /** The view is void, but shown until its successor comes. */
  #stale = false;
  #waiting: readonly Waiting[] = [];
  /** Accepted, and their events not seen yet. */
  readonly #accepted = new Map<Id, Waiting & { readonly seq: number }>();
  readonly #seqByOp = new Map<Id, number>();

  /** The events, in order. */
  get events(): readonly ThreadEvent[] {
    return this.#events;
  }

  /** The `seq` of the first event that is shown, 0 for none. */
  get firstSeq(): number {
    return this.#events[0]?.seq ?? 0;
  }

  /** The `seq` of the last event that is shown, 0 for none. */
  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? 0;
  }

  /** The own messages whose event is not shown yet, in the order in which they were sent. */
  get own(): readonly OwnMessage[] {
    const accepted = [...this.#accepted.values()];
    const unanswered = this.#waiting.filter(
      ({ command }) => !this.#seqByOp.has(command.op) && !this.#accepted.has(command.op),
    );
    return [
      ...accepted.map((waiting) => own(waiting, true)),
      ...unanswered.map((waiting) => own(waiting, false)),
    ];
  }

  /** The operation that caused an event, "" if this device does not know of one. */
  opOf(event: ThreadEvent): Id {
    if (event.op !== "") return event.op;
    for (const [op, seq] of this.#seqByOp) if (seq === event.seq) return op;
    return "";
  }

  /** The view is void; events come anew. */
  reset(): void {
    this.#stale = true;
  }

  /** The next event came. */
  add(event: messages.Event): void {
    if (this.#stale) {
      this.#events = [];
      this.#stale = this.atStart = false;
    }
    const { type: _type, ref: _ref, ...rest } = event;
    this.#events.push(rest);
    if (rest.op !== "") this.#seqByOp.set(rest.op, rest.seq);
    for (const [op, { seq }] of this.#accepted) if (seq <= rest.seq) this.#accepted.delete(op);
    if (event.prev === 0) this.atStart = true;
  }

  /** The page got the newest events in another way than by the socket. */
  begin(events: readonly messages.PageEvent[], atStart: boolean): void {
    this.#events = events.map((event) => ({ ...event, op: "" }));
    this.#stale = false;
    this.atStart = atStart;
  }

  /** Older events came; a page that does not end before the first one shown is ignored. */
  prepend(page: messages.Page): void {
    if (this.#stale || page.before !== this.firstSeq) return;
    const older = page.events.map((event) => ({ ...event, op: "" }));
    if (older.length && older.at(-1)?.seq !== this.#events[0]?.prev) return;
    this.#events = [...older, ...this.#events];
    if (page.at_start) this.atStart = true;
  }

  /** The device's commands that concern this conversation are these, oldest first. */
  setPending(entries: readonly StoredCommand[]): void {
    this.#waiting = entries.flatMap(({ command, order }) =>
      isMessage(command) ? [{ command, order }] : [],
    );
  }

  /** A command of this conversation was answered. */
  answered({ op, command, refusal, seq }: Answer): void {
    if (refusal !== null || seq === 0) return;
    this.#seqByOp.set(op, seq);
    if (command === null || !isMessage(command) || seq <= this.lastSeq) return;
    const order = this.#waiting.find((waiting) => waiting.command.op === op)?.order ?? 0;
    this.#accepted.set(op, { command, order, seq });
  }
}

function isMessage(command: CommandMessage): command is MessageCommand {
  return command.type === "send" || command.type === "note";
}

function own({ command, order }: Waiting, accepted: boolean): OwnMessage {
  const { op, text, type } = command;
  const file = command.type === "send" ? command.file : "";
  return { op, text, file, note: type === "note", submittedMs: order, accepted };
}
