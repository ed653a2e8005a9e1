/**
 * What a page shows of one conversation: its events without a hole, then the messages of this
 * device that are on their way. One message is never shown twice.
 */

import type { Id, messages } from "@airdesk/protocol";
import type { Answer } from "./device_outbox.ts";
import type { StoredCommand } from "./outbox_store.ts";

/** A message that this device sends into the conversation. */
export interface OwnMessage {
  readonly op: Id;
  readonly text: string;
  readonly note: boolean;
  /** Accepted: it is durable, only its event is still under way. */
  readonly accepted: boolean;
}

/** An event and, if this identity caused it, by which operation. */
export type ThreadEvent = messages.PageEvent & { readonly op: Id };

type MessageCommand = messages.Send | messages.Note;

/** The events of a conversation and the own messages that follow them. */
export class Thread {
  #events: ThreadEvent[] = [];
  /** Accepted, and their events not seen yet. */
  readonly #accepted = new Map<Id, { readonly seq: number; readonly command: MessageCommand }>();
  #pending: readonly MessageCommand[] = [];
  readonly #shownOps = new Set<Id>();
  /** True once the conversation's first event is shown. */
  atStart = false;

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
    const accepted = [...this.#accepted.values()].map(({ command }) => own(command, true));
    const pending = this.#pending
      .filter(({ op }) => !this.#shownOps.has(op) && !this.#accepted.has(op))
      .map((command) => own(command, false));
    return [...accepted, ...pending];
  }

  /** The view is void; events come anew. */
  reset(): void {
    this.#events = [];
    this.atStart = false;
  }

  /** The next event came. */
  add(event: messages.Event): void {
    const { type: _type, ref: _ref, ...rest } = event;
    this.#events.push(rest);
    this.#show(rest);
    if (event.prev === 0) this.atStart = true;
  }

  /**
   * Older events came. A page that does not end before the first one shown is ignored; so is one
   * that comes while own messages wait for an answer: a page does not say which operation caused
   * an event, so it could show one of them a second time. The person scrolls again.
   */
  prepend(page: messages.Page): void {
    if (page.before !== this.firstSeq || this.own.some(({ accepted }) => !accepted)) return;
    const older = page.events.map((event) => ({ ...event, op: "" }));
    if (older.length && older.at(-1)?.seq !== this.#events[0]?.prev) return;
    this.#events = [...older, ...this.#events];
    if (page.at_start) this.atStart = true;
  }

  /** The device's commands that concern this conversation are these. */
  setPending(entries: readonly StoredCommand[]): void {
    this.#pending = entries.map(({ command }) => command).filter(isMessage);
  }

  /** A command of this conversation was answered. */
  answered({ op, command, refusal, seq }: Answer): void {
    if (refusal !== null || command === null || seq === 0 || !isMessage(command)) return;
    if (this.#shownOps.has(op) || this.#events.some((event) => event.seq === seq)) return;
    if (seq > this.lastSeq) this.#accepted.set(op, { seq, command });
  }

  #show({ op, seq }: ThreadEvent): void {
    if (op !== "") {
      this.#shownOps.add(op);
      this.#accepted.delete(op);
    }
    for (const [known, accepted] of this.#accepted) {
      if (accepted.seq <= seq) this.#accepted.delete(known);
    }
  }
}

function isMessage(command: StoredCommand["command"]): command is MessageCommand {
  return command.type === "send" || command.type === "note";
}

function own(command: MessageCommand, accepted: boolean): OwnMessage {
  return { op: command.op, text: command.text, note: command.type === "note", accepted };
}
