/** What a conversation looks like, line by line. */

import type { OwnMessage, Thread, ThreadEvent } from "@airdesk/client";
import {
  CAUSE,
  EVENT_KIND,
  FIRST_PARTICIPANT,
  VISITOR_AUTHOR,
  type Id,
  type messages,
} from "@airdesk/protocol";
import { sameDay } from "../words/times.ts";

/** How far an own message has come; "" for the messages of others. */
export type MessageState = "" | "pending" | "sent" | "delivered" | "read";

/** How far the other side has received and read, as `seq`. */
export interface Marks {
  readonly delivered: number;
  readonly read: number;
}

/** Who wrote something. */
export type AuthorKind = "visitor" | "bot" | "agent";

/** A message or a note. */
export interface MessageLine {
  readonly kind: "message";
  readonly key: string;
  /** 0 while it has none. */
  readonly seq: number;
  readonly atMs: number;
  readonly author: AuthorKind;
  /** The agent or visitor; "" for the bot, or where it is not known. */
  readonly authorId: Id;
  readonly own: boolean;
  readonly note: boolean;
  readonly text: string;
  readonly file: messages.File | null;
  /** A file whose event is not there yet. */
  readonly isFile: boolean;
  readonly options: readonly string[];
  readonly op: Id;
  /** What is known without the other side's marks; {@link reachOf} knows the rest. */
  readonly state: Extract<MessageState, "" | "pending" | "sent">;
  /** It follows a message of the same author closely. */
  readonly follows: boolean;
}

/** What happened, by the name of its words. */
export type EventSaying =
  | "eventStarted"
  | "eventQueued"
  | "eventHandOff"
  | "eventNoAnswer"
  | "eventAgentLeft"
  | "eventQueuedTransfer"
  | "eventAssigned"
  | "eventTransferred"
  | "eventSnoozed"
  | "eventResolved"
  | "eventReopened"
  | "eventWoken"
  | "eventRated"
  | "eventLabels"
  | "eventPriority0"
  | "eventPriority1"
  | "eventPriority2"
  | "eventReturned";

/** Something happened. */
export interface EventLine {
  readonly kind: "event";
  readonly key: string;
  readonly seq: number;
  readonly atMs: number;
  readonly saying: EventSaying;
  /** Whose name fills the saying's place; "" for none. */
  readonly agent: Id;
  /** A number for the saying's place: a time or a score. */
  readonly value: number;
  /** The labels that it has from now on. */
  readonly labels: readonly Id[];
}

/** A day begins. */
export interface DayLine {
  readonly kind: "day";
  readonly key: string;
  readonly atMs: number;
}

/** A line that stands for an event. */
export type BareLine = MessageLine | EventLine;

/** One line. */
export type Line = MessageLine | EventLine | DayLine;

/** What lines depend on besides the thread. */
export interface LineContext {
  readonly conversation: Id;
  readonly you: Id;
  readonly visitor: Id;
  readonly participants: readonly Id[];
}

const PRIORITIES = ["eventPriority0", "eventPriority1", "eventPriority2"] as const;
const NO_OPERATION = "00000000-0000-0000-0000-000000000000";
/** Messages of one author that are nearer stand together. */
const TOGETHER_MS = 3 * 60_000;

/** All lines of a thread, in order. */
export function linesOf(thread: Thread, context: LineContext): Line[] {
  return [
    ...withDays(
      thread.events.flatMap((event) => bareLine(thread, event, context) ?? []),
      null,
    ),
    ...ownLines(thread, context),
  ];
}

/**
 * Lines with a line where a day begins, and with messages of one author together.
 *
 * @param previous - what stands before them; null at the beginning.
 */
export function withDays(bare: readonly BareLine[], previous: BareLine | null): Line[] {
  const lines: Line[] = [];
  let before = previous;
  for (const line of bare) {
    if (before === null || !sameDay(before.atMs, line.atMs)) {
      lines.push({ kind: "day", key: `d${line.key}`, atMs: line.atMs });
      before = null;
    }
    const follows = before !== null && line.kind === "message" && together(before, line);
    lines.push(follows ? { ...line, follows } : line);
    before = line;
  }
  return lines;
}

/** The lines of what is on its way. */
export function ownLines(thread: Thread, context: LineContext): MessageLine[] {
  return thread.own.map((message) => ownLine(message, context));
}

/** How far a message has come, by what the other side said. */
export function reachOf({ state, note, seq }: MessageLine, marks: Marks): MessageState {
  if (state !== "sent" || note || seq === 0) return state;
  if (seq <= marks.read) return "read";
  return seq <= marks.delivered ? "delivered" : "sent";
}

function together(one: BareLine, next: MessageLine): boolean {
  if (one.kind !== "message" || one.note !== next.note) return false;
  const same = one.author === next.author && one.authorId === next.authorId;
  return same && next.atMs - one.atMs < TOGETHER_MS;
}

/** The line of an event; null where it is no news to a person. */
export function bareLine(
  thread: Thread,
  event: ThreadEvent,
  context: LineContext,
): BareLine | null {
  if (event.kind === EVENT_KIND.message || event.kind === EVENT_KIND.note) {
    return messageLine(thread, event, context);
  }
  const saying = sayingOf(event);
  if (saying === null) return null;
  return {
    kind: "event",
    key: `${context.conversation}e${event.seq}`,
    seq: event.seq,
    atMs: timeOf(thread, event),
    saying,
    agent:
      event.kind === EVENT_KIND.assigned || event.kind === EVENT_KIND.queued
        ? event.subject
        : authorId(event.author, context),
    value: event.value,
    labels: event.kind === EVENT_KIND.labelled ? event.subjects : [],
  };
}

function messageLine(thread: Thread, event: ThreadEvent, context: LineContext): MessageLine {
  const { seq, author, text } = event;
  const own = author === thread.frame.ownAuthor;
  const known = own ? thread.opOf(event) : "";
  // What AirDesk itself said for a person has no name that is its own.
  const op = known === NO_OPERATION ? "" : known;
  return {
    kind: "message",
    // An own message is the same line before and after its event came.
    key: context.conversation + (op === "" ? `e${seq}` : `o${op}`),
    seq,
    atMs: timeOf(thread, event),
    author: authorKind(author),
    authorId: authorId(author, context),
    own,
    note: event.kind === EVENT_KIND.note,
    text,
    file: event.file,
    isFile: event.file !== null,
    options: event.options,
    op,
    state: own ? "sent" : "",
    follows: false,
  };
}

function ownLine(message: OwnMessage, { conversation, you }: LineContext): MessageLine {
  const { op, text, file, note, accepted, submittedMs } = message;
  return {
    kind: "message",
    key: `${conversation}o${op}`,
    seq: 0,
    atMs: submittedMs,
    author: "agent",
    authorId: you,
    own: true,
    note,
    text,
    file: null,
    isFile: file !== "",
    options: [],
    op,
    state: accepted ? "sent" : "pending",
    follows: false,
  };
}

function timeOf({ frame }: Thread, { dt_ms }: ThreadEvent): number {
  return frame.openedMs + dt_ms - frame.serverAheadMs;
}

function authorKind(author: number): AuthorKind {
  if (author === VISITOR_AUTHOR) return "visitor";
  return author >= FIRST_PARTICIPANT ? "agent" : "bot";
}

function authorId(author: number, { visitor, participants }: LineContext): Id {
  if (author === VISITOR_AUTHOR) return visitor;
  return participants[author - FIRST_PARTICIPANT] ?? "";
}

/** Null for an event that is no news to a person: who joined says so by being assigned. */
function sayingOf({ kind, value }: ThreadEvent): EventSaying | null {
  switch (kind) {
    case EVENT_KIND.started:
      return "eventStarted";
    case EVENT_KIND.queued:
      return queuedSaying(value);
    case EVENT_KIND.assigned:
      return value === CAUSE.transfer ? "eventTransferred" : "eventAssigned";
    case EVENT_KIND.snoozed:
      return "eventSnoozed";
    case EVENT_KIND.resolved:
      return "eventResolved";
    case EVENT_KIND.reopened:
      return value === CAUSE.woken ? "eventWoken" : "eventReopened";
    case EVENT_KIND.rated:
      return "eventRated";
    case EVENT_KIND.labelled:
      return "eventLabels";
    case EVENT_KIND.prioritised:
      return PRIORITIES[value] ?? null;
    case EVENT_KIND.returned:
      return "eventReturned";
    default:
      return null;
  }
}

function queuedSaying(cause: number): EventSaying {
  switch (cause) {
    case CAUSE.handOff:
      return "eventHandOff";
    case CAUSE.noAnswer:
      return "eventNoAnswer";
    case CAUSE.agentLeft:
      return "eventAgentLeft";
    case CAUSE.transfer:
      return "eventQueuedTransfer";
    default:
      return "eventQueued";
  }
}

/** True for a picture that the server shows as one. */
export function isPicture({ media_type }: messages.File): boolean {
  return /^image\/(png|jpeg|gif|webp)$/.test(media_type);
}
