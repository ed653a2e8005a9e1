/** What a page of the staff or of a visitor holds of its conversations, as the session tells it. */

import {
  FIRST_PARTICIPANT,
  VISITOR_AUTHOR,
  type Happening,
  type Id,
  type messages,
} from "@airdesk/protocol";
import type { Answer } from "./device_outbox.ts";
import type { StoredCommand } from "./outbox_store.ts";
import { Thread } from "./thread.ts";

/** The statuses of a conversation, by their numbers. */
export const STATUSES = ["bot", "queued", "assigned", "snoozed", "resolved"] as const;

/** The name of a conversation's status. */
export type StatusName = (typeof STATUSES)[number];

/** Rows, threads, receipts and typing of all conversations that a page knows. */
export class Conversations {
  readonly rows = new Map<Id, messages.Row>();
  readonly threads = new Map<Id, Thread>();
  /** Who types where, as author numbers. */
  readonly typing = new Map<Id, number>();
  /** What visitors have typed so far, for the staff. */
  readonly typed = new Map<Id, string>();
  /** Who else of the staff looks at a conversation now. */
  readonly viewers = new Map<Id, readonly Id[]>();
  mine: readonly Id[] = [];
  queue: readonly Id[] = [];
  waiting = 0;
  availability = 0;
  readonly #marks = new Map<Id, { delivered: number; read: number }>();
  #you: Id = "";
  #serverAheadMs = 0;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Take in what happened. */
  apply(happening: Happening): void {
    switch (happening.happening) {
      case "welcomed":
        return this.#welcomed(happening.welcome);
      case "row_changed":
        return this.#row(happening.row);
      case "view_reset":
        return this.thread(happening.conversation).reset();
      case "event_arrived":
        return this.#event(happening.conversation, happening.event);
      case "list_changed":
        this.mine = happening.mine;
        this.queue = happening.queue;
        this.waiting = happening.listing.waiting;
        this.availability = happening.listing.availability;
        return;
      case "view_closed":
        this.viewers.delete(happening.conversation);
        return this.#typingEnded(happening.conversation);
      case "other_side":
        return this.#otherSide(happening.conversation, happening.message);
      default:
    }
  }

  /** The thread of a conversation. */
  thread(conversation: Id): Thread {
    let thread = this.threads.get(conversation);
    if (thread === undefined) {
      thread = new Thread();
      this.threads.set(conversation, thread);
      this.#frame(conversation);
    }
    return thread;
  }

  /** How far the other side has received and read. */
  marks(conversation: Id): { readonly delivered: number; readonly read: number } {
    return this.#marks.get(conversation) ?? { delivered: 0, read: 0 };
  }

  /** The name of a conversation's status; undefined if nothing is known of it. */
  status(conversation: Id): StatusName | undefined {
    const row = this.rows.get(conversation);
    return row && STATUSES[row.status];
  }

  /** A command that names its conversation was answered. */
  answered(conversation: Id, answer: Answer): void {
    this.thread(conversation).answered(answer);
  }

  /** These commands wait; each belongs to the conversation that it names. */
  setPending(entries: readonly StoredCommand[]): void {
    for (const [conversation, thread] of this.threads) {
      thread.setPending(
        entries.filter(({ command }) => "where" in command && command.where === conversation),
      );
    }
  }

  #welcomed({ you, reset, server_ms }: messages.Welcome): void {
    this.#you = you;
    this.#serverAheadMs = server_ms - this.#nowMs();
    this.typing.clear();
    this.typed.clear();
    this.viewers.clear();
    if (reset) {
      this.rows.clear();
      this.threads.clear();
      this.#marks.clear();
      this.mine = this.queue = [];
    }
    for (const conversation of this.threads.keys()) this.#frame(conversation);
  }

  #row(row: messages.Row): void {
    this.rows.set(row.conversation, row);
    this.#advance(row.conversation, row);
    this.thread(row.conversation);
    this.#frame(row.conversation);
  }

  #event(conversation: Id, event: messages.Event): void {
    this.thread(conversation).add(event);
    if (this.typing.get(conversation) === event.author) this.#typingEnded(conversation);
  }

  #otherSide(
    conversation: Id,
    message: Extract<Happening, { happening: "other_side" }>["message"],
  ): void {
    if (message.type === "mark") return this.#advance(conversation, message.mark);
    if (message.type === "page") return this.thread(conversation).prepend(message);
    if (message.type === "somebody_viewing") {
      this.viewers.set(conversation, message.agents);
      return;
    }
    if (!message.on) return this.#typingEnded(conversation);
    this.typing.set(conversation, message.author);
    if (message.author === VISITOR_AUTHOR) this.typed.set(conversation, message.text);
  }

  #typingEnded(conversation: Id): void {
    this.typing.delete(conversation);
    this.typed.delete(conversation);
  }

  #advance(conversation: Id, { delivered, read }: { delivered: number; read: number }): void {
    const known = this.marks(conversation);
    this.#marks.set(conversation, {
      delivered: Math.max(known.delivered, delivered, read),
      read: Math.max(known.read, read),
    });
  }

  /** Tell a thread what it needs to know its own messages. */
  #frame(conversation: Id): void {
    const thread = this.threads.get(conversation);
    const row = this.rows.get(conversation);
    if (thread === undefined || row === undefined) return;
    const participant = row.participants.indexOf(this.#you);
    let ownAuthor = participant < 0 ? -1 : FIRST_PARTICIPANT + participant;
    if (row.visitor === this.#you) ownAuthor = VISITOR_AUTHOR;
    thread.frame = { openedMs: row.opened_ms, serverAheadMs: this.#serverAheadMs, ownAuthor };
  }
}
