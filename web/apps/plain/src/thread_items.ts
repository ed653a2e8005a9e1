/** What a thread looks like, line by line. */

import type { OwnMessage, Thread, ThreadEvent } from "@airdesk/client";
import { CAUSE, EVENT_KIND, FIRST_PARTICIPANT, VISITOR_AUTHOR } from "@airdesk/protocol";
import type { Words } from "./words.ts";

/** How far an own message has come; "" for the messages of others. */
export type MessageState = "" | "pending" | "sent" | "delivered" | "read";

/** Who wrote a message. */
export type AuthorName = "visitor" | "bot" | "agent";

/** A message as it is shown. */
export interface MessageItem {
  readonly kind: "message";
  readonly key: string;
  /** 0 while it has none. */
  readonly seq: number;
  readonly author: AuthorName;
  readonly own: boolean;
  readonly note: boolean;
  readonly text: string;
  readonly time: string;
  readonly op: string;
  readonly state: MessageState;
}

/** A line about what happened. */
export interface SystemItem {
  readonly kind: "system";
  readonly key: string;
  readonly seq: number;
  readonly text: string;
}

/** One line of a thread. */
export type Item = MessageItem | SystemItem;

/** What the lines depend on besides the thread. */
export interface ItemContext {
  readonly words: Words;
  readonly marks: { readonly delivered: number; readonly read: number };
  /** Whose page it is. */
  readonly side: AuthorName;
  /** Makes keys differ between conversations. */
  readonly prefix: string;
}

/** All lines of a thread, in order. */
export function threadItems(thread: Thread, context: ItemContext): Item[] {
  const items: Item[] = [];
  for (const event of thread.events) {
    const item = eventItem(thread, event, context);
    if (item !== null) items.push(item);
  }
  for (const message of thread.own) items.push(ownItem(message, context));
  return items;
}

function eventItem(thread: Thread, event: ThreadEvent, context: ItemContext): Item | null {
  if (event.kind === EVENT_KIND.message || event.kind === EVENT_KIND.note) {
    return messageItem(thread, event, context);
  }
  const text = systemText(event, context.words);
  if (text === null) return null;
  return { kind: "system", key: `${context.prefix}e${event.seq}`, seq: event.seq, text };
}

function messageItem(thread: Thread, event: ThreadEvent, context: ItemContext): MessageItem {
  const { seq, author, text } = event;
  const { openedMs, serverAheadMs, ownAuthor } = thread.frame;
  const own = author === ownAuthor;
  return {
    kind: "message",
    key: `${context.prefix}e${seq}`,
    seq,
    author: authorName(author),
    own,
    note: event.kind === EVENT_KIND.note,
    text,
    time: context.words.time(openedMs + event.dt_ms - serverAheadMs),
    op: own ? thread.opOf(event) : "",
    state: own ? stateOf(event, context.marks) : "",
  };
}

function ownItem(message: OwnMessage, { words, side, prefix }: ItemContext): MessageItem {
  const { op, text, note, accepted, submittedMs } = message;
  return {
    kind: "message",
    key: `${prefix}o${op}`,
    seq: 0,
    author: side,
    own: true,
    note,
    text,
    time: words.time(submittedMs),
    op,
    state: accepted ? "sent" : "pending",
  };
}

function stateOf({ seq, kind }: ThreadEvent, marks: ItemContext["marks"]): MessageState {
  if (kind === EVENT_KIND.note) return "sent";
  if (seq <= marks.read) return "read";
  return seq <= marks.delivered ? "delivered" : "sent";
}

function authorName(author: number): AuthorName {
  if (author === VISITOR_AUTHOR) return "visitor";
  return author >= FIRST_PARTICIPANT ? "agent" : "bot";
}

/** Null for an event that is no news to a person: who joined says so by being assigned. */
function systemText({ kind, value }: ThreadEvent, words: Words): string | null {
  switch (kind) {
    case EVENT_KIND.started:
      return words.say("started");
    case EVENT_KIND.queued:
      return words.say(value === CAUSE.new ? "queued" : "queuedAgain");
    case EVENT_KIND.assigned:
      return words.say("assigned");
    case EVENT_KIND.snoozed:
      return words.say("snoozed", words.time(value));
    case EVENT_KIND.resolved:
      return words.say("resolved");
    case EVENT_KIND.reopened:
      return words.say("reopened");
    case EVENT_KIND.rated:
      return words.say("rated", value);
    default:
      return null;
  }
}

/** True if the conversation ended and nobody has rated it since. */
export function awaitsRating(thread: Thread): boolean {
  for (const { kind } of thread.events.toReversed()) {
    if (kind === EVENT_KIND.rated) return false;
    if (kind === EVENT_KIND.resolved) return true;
  }
  return false;
}
