/** What the chat holds of the visitor's conversations, as boot and session tell it. */

import { Thread, type Answer } from "@airdesk/client";
import {
  EVENT_KIND,
  FIRST_PARTICIPANT,
  VISITOR_AUTHOR,
  messages,
  type Happening,
  type Id,
} from "@airdesk/protocol";
import type { Boot } from "./api.ts";

/** The statuses of a conversation, by their numbers. To a visitor, snoozed is assigned. */
export const STATUSES = ["bot", "queued", "assigned", "assigned", "resolved"] as const;
/** The name of a status. */
export type StatusName = (typeof STATUSES)[number];

/** Somebody who said "typing" and nothing since stopped after this. */
const TYPING_MS_MAX = 10_000;

/** Rows, threads, receipts, typing, and what is unread. */
export class Conversations {
  readonly rows = new Map<Id, messages.Row>();
  readonly threads = new Map<Id, Thread>();
  /** How far the visitor has read. */
  readonly #read = new Map<Id, number>();
  readonly #marks = new Map<Id, { delivered: number; read: number }>();
  readonly #typing = new Map<Id, { readonly author: number; readonly sinceMs: number }>();
  readonly #nowMs: () => number;
  #you: Id;
  #serverAheadMs = 0;

  constructor(you: Id, nowMs: () => number) {
    this.#you = you;
    this.#nowMs = nowMs;
  }

  /** Begin with what boot told. Gives the conversation's id and last `seq`, null for none. */
  begin({ conversation, events, at_start }: Boot): { id: Id; seq: number } | null {
    if (conversation === null) return null;
    const row = messages.Row.make({ last_ms: conversation.opened_ms, ref: 0, ...conversation });
    this.#row(row);
    const all = events.map(({ file, ...event }) =>
      messages.Event.make({
        ref: 0,
        ...event,
        file: file ? { ...file, file: file.file ?? file.id ?? "" } : null,
      }),
    );
    const thread = this.thread(row.conversation);
    thread.begin(all, at_start);
    const foreign = all.filter(isForeign);
    const unread = foreign.at(-row.unread)?.seq ?? 0;
    this.#read.set(row.conversation, row.unread ? unread - 1 : thread.lastSeq);
    return all.length ? { id: row.conversation, seq: thread.lastSeq } : null;
  }

  /** Take in what happened. */
  apply(happening: Happening): void {
    switch (happening.happening) {
      case "welcomed": {
        const { you, reset, server_ms } = happening.welcome;
        this.#serverAheadMs = server_ms - this.#nowMs();
        if (reset || you !== this.#you) this.#forget();
        this.#you = you;
        return;
      }
      case "row_changed":
        return this.#row(happening.row);
      case "view_reset":
        return this.thread(happening.conversation).reset();
      case "event_arrived":
        this.#typing.delete(happening.conversation);
        return this.thread(happening.conversation).add(happening.event);
      case "other_side":
        return this.#otherSide(happening.conversation, happening.message);
      case "view_closed":
        this.rows.delete(happening.conversation);
        this.threads.delete(happening.conversation);
        return;
      default:
    }
  }

  /** The conversations, oldest first. */
  get ordered(): Id[] {
    const rows = [...this.rows.values()].sort((a, b) => a.opened_ms - b.opened_ms);
    return rows.map(({ conversation }) => conversation);
  }

  /** The newest conversation, null if there is none. */
  get newest(): Id | null {
    return this.ordered.at(-1) ?? null;
  }

  /** The newest conversation's row. */
  get row(): messages.Row | undefined {
    return this.newest === null ? undefined : this.rows.get(this.newest);
  }

  /** The newest conversation's status. */
  get status(): StatusName | null {
    return this.row === undefined ? null : (STATUSES[this.row.status] ?? null);
  }

  /** The events of a conversation. */
  thread(conversation: Id): Thread {
    let thread = this.threads.get(conversation);
    if (thread === undefined) {
      thread = new Thread();
      this.threads.set(conversation, thread);
      this.#frame(conversation);
    }
    return thread;
  }

  /** How far the other side has come. */
  marks(conversation: Id): { readonly delivered: number; readonly read: number } {
    return this.#marks.get(conversation) ?? { delivered: 0, read: 0 };
  }

  /** The agent with this author number in a conversation, "" for none. */
  agentOf(conversation: Id, author: number): Id {
    return this.rows.get(conversation)?.participants[author - FIRST_PARTICIPANT] ?? "";
  }

  /** Who types in the newest conversation, as author number; null if nobody does. */
  get typist(): number | null {
    const typing = this.newest === null ? undefined : this.#typing.get(this.newest);
    if (typing === undefined || this.#nowMs() - typing.sinceMs > TYPING_MS_MAX) return null;
    return typing.author;
  }

  /** How many messages of others the visitor has not seen. */
  get unread(): number {
    let count = 0;
    for (const [id, thread] of this.threads) {
      const read = this.#read.get(id) ?? 0;
      count += thread.events.filter((event) => isForeign(event) && event.seq > read).length;
    }
    return count;
  }

  /** The `seq` up to which a conversation is read. */
  readSeq(conversation: Id): number {
    return this.#read.get(conversation) ?? 0;
  }

  /** The visitor has seen all. Gives the positions that are new. */
  seen(): readonly { readonly id: Id; readonly seq: number }[] {
    const moved = [];
    for (const [id, { lastSeq }] of this.threads) {
      if (lastSeq <= this.readSeq(id)) continue;
      this.#read.set(id, lastSeq);
      moved.push({ id, seq: lastSeq });
    }
    return moved;
  }

  /** A command was answered. Gives the thread that it concerned. */
  answered(answer: Answer): void {
    const conversation = answer.conversation ?? this.newest;
    if (conversation !== null) this.thread(conversation).answered(answer);
  }

  #row(row: messages.Row): void {
    const known = this.rows.get(row.conversation);
    if (known === undefined && !this.#read.has(row.conversation)) {
      this.#read.set(row.conversation, row.unread ? 0 : row.last_seq);
    }
    this.rows.set(row.conversation, row);
    this.#move(row.conversation, row);
    this.#frame(row.conversation);
  }

  #frame(conversation: Id): void {
    const openedMs = this.rows.get(conversation)?.opened_ms ?? 0;
    const frame = { openedMs, serverAheadMs: this.#serverAheadMs, ownAuthor: VISITOR_AUTHOR };
    const thread = this.threads.get(conversation);
    if (thread !== undefined) thread.frame = frame;
  }

  #otherSide(
    conversation: Id,
    message: Extract<Happening, { happening: "other_side" }>["message"],
  ): void {
    switch (message.type) {
      case "mark":
        return this.#move(conversation, message.mark);
      case "page":
        return this.thread(conversation).prepend(message);
      case "somebody_typing":
        if (!message.on) this.#typing.delete(conversation);
        else this.#typing.set(conversation, { author: message.author, sinceMs: this.#nowMs() });
    }
  }

  #move(conversation: Id, { delivered, read }: { delivered: number; read: number }): void {
    const known = this.marks(conversation);
    this.#marks.set(conversation, {
      delivered: Math.max(known.delivered, delivered, read),
      read: Math.max(known.read, read),
    });
  }

  #forget(): void {
    for (const map of [this.rows, this.threads, this.#read, this.#marks, this.#typing]) map.clear();
  }
}

function isForeign({ kind, author }: messages.PageEvent): boolean {
  return kind === EVENT_KIND.message && author !== VISITOR_AUTHOR;
}
