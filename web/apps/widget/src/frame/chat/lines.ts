/** What the chat shows, line by line. */

import type { OwnMessage, Thread, ThreadEvent } from "@airdesk/client";
import {
  BOT_AUTHOR,
  EVENT_KIND,
  FIRST_PARTICIPANT,
  VISITOR_AUTHOR,
  type Id,
} from "@airdesk/protocol";
import type { Words } from "../text/words.ts";
import type { Conversations } from "./conversations.ts";
import type { FileFacts, Upload } from "./uploads.ts";

/** How far an own message has come; "" for the messages of others. */
export type MessageState = "" | "pending" | "sent" | "delivered" | "read";

/** A message. */
export interface MessageLine {
  readonly kind: "message";
  readonly key: string;
  readonly own: boolean;
  /** Equal for lines of one person. */
  readonly author: string;
  readonly name: string;
  readonly isBot: boolean;
  readonly text: string;
  readonly file: FileFacts | null;
  readonly options: readonly string[];
  readonly ms: number;
  readonly seq: number;
  readonly op: Id;
  readonly state: MessageState;
  /** First and last of several by one person at about one time. */
  readonly first: boolean;
  readonly last: boolean;
}

/** A line about what happened, or a new day. */
export interface NoteLine {
  readonly kind: "note" | "day" | "unread";
  readonly key: string;
  readonly text: string;
}

/** A file on its way. */
export interface UploadLine {
  readonly kind: "upload";
  readonly key: string;
  readonly upload: Upload;
}

/** One line of the chat. */
export type Line = MessageLine | NoteLine | UploadLine;

/** What the lines depend on. */
export interface LineSources {
  readonly conversations: Conversations;
  /** The messages sent before there is a conversation. */
  readonly lobby: Thread;
  readonly uploads: readonly Upload[];
  readonly words: Words;
  readonly nameOf: (agent: Id) => string;
  /** Which file a message of the outbox holds, as far as this page knows. */
  readonly fileOf: (op: Id) => FileFacts | null;
  readonly nowMs: number;
}

/** Clocks of a device and of the server differ by less, before they were compared. */
const CLOCKS_MS = 60_000;
/** Messages of one person within this time belong together. */
const GROUP_MS = 5 * 60_000;

/** All lines, in order. */
export function linesOf(sources: LineSources): Line[] {
  const { conversations, lobby, words, uploads, nowMs } = sources;
  const lines: Line[] = [];
  for (const id of conversations.ordered) {
    const thread = conversations.thread(id);
    for (const event of thread.events) {
      const line = eventLine(event, id, thread, sources);
      if (line !== null) lines.push(line);
    }
    for (const own of unseen(thread)) lines.push(ownLine(own, sources));
  }
  for (const own of lobby.own) lines.push(ownLine(own, sources));
  const placed = grouped(withDays(lines, words, nowMs));
  for (const upload of uploads) placed.push({ kind: "upload", key: `o${upload.op}`, upload });
  return placed;
}

/**
 * The own messages whose event is not among those shown. After a reload boot may bring an event of
 * which this page does not know that it is the one in its outbox; until the server has said so, an
 * equal text of about that time is taken for it, so that nobody sees it twice.
 */
function unseen(thread: Thread): OwnMessage[] {
  const { openedMs, serverAheadMs } = thread.frame;
  const strange = thread.events.filter(
    (event) =>
      event.kind === EVENT_KIND.message && event.author === VISITOR_AUTHOR && !thread.opOf(event),
  );
  return thread.own.filter(({ text, submittedMs, accepted }) => {
    const place = strange.findIndex(
      (event) =>
        event.text === text && openedMs + event.dt_ms - serverAheadMs > submittedMs - CLOCKS_MS,
    );
    if (accepted || place < 0) return true;
    strange.splice(place, 1);
    return false;
  });
}

function eventLine(event: ThreadEvent, id: Id, thread: Thread, sources: LineSources): Line | null {
  if (event.kind === EVENT_KIND.message) return messageLine(event, id, thread, sources);
  const text = noteText(event, sources);
  return text === null ? null : { kind: "note", key: `${id}e${event.seq}`, text };
}

function messageLine(
  event: ThreadEvent,
  id: Id,
  thread: Thread,
  { conversations, words, nameOf }: LineSources,
): MessageLine {
  const { seq, author, text, dt_ms } = event;
  const { openedMs, serverAheadMs } = thread.frame;
  const own = author === VISITOR_AUTHOR;
  const isBot = !own && author < FIRST_PARTICIPANT;
  const agent = conversations.agentOf(id, author);
  const op = own ? thread.opOf(event) : "";
  const marks = conversations.marks(id);
  return {
    kind: "message",
    // A message keeps its key when its event comes, so that it does not move on the screen.
    key: op ? `o${op}` : `${id}e${seq}`,
    own,
    author: own ? "own" : isBot ? "bot" : agent,
    name: own ? words.say("you") : isBot ? words.say("bot") : nameOf(agent) || words.say("agent"),
    isBot,
    text,
    file: event.file && { ...event.file, id: event.file.file },
    options: author === BOT_AUTHOR ? event.options : [],
    ms: openedMs + dt_ms - serverAheadMs,
    seq,
    op,
    state: !own ? "" : seq <= marks.read ? "read" : seq <= marks.delivered ? "delivered" : "sent",
    first: true,
    last: true,
  };
}

function ownLine(message: OwnMessage, { words, fileOf }: LineSources): MessageLine {
  const { op, text, accepted, submittedMs } = message;
  return {
    ...{ kind: "message", key: `o${op}`, own: true, author: "own", name: words.say("you") },
    ...{ isBot: false, text, file: fileOf(op), options: [], ms: submittedMs, seq: 0, op },
    state: accepted ? "sent" : "pending",
    first: true,
    last: true,
  };
}

/** Null for what is no news to a visitor. */
function noteText(
  { kind, subject, value }: ThreadEvent,
  { words, nameOf }: LineSources,
): string | null {
  switch (kind) {
    case EVENT_KIND.assigned:
      return words.say("joined", nameOf(subject) || words.say("agent"));
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

/** Put a line with the day wherever another day begins. */
function withDays(lines: readonly Line[], words: Words, nowMs: number): Line[] {
  let day = "";
  const placed: Line[] = [];
  for (const line of lines) {
    if (line.kind === "message") {
      const date = new Date(line.ms).toDateString();
      if (date !== day) {
        placed.push({ kind: "day", key: `d${line.key}`, text: words.day(line.ms, nowMs) });
      }
      day = date;
    }
    placed.push(line);
  }
  return placed;
}

function grouped(lines: readonly Line[]): Line[] {
  const together = (one: Line | undefined, other: Line | undefined) =>
    one?.kind === "message" &&
    other?.kind === "message" &&
    one.author === other.author &&
    Math.abs(one.ms - other.ms) < GROUP_MS;
  return lines.map((line, n) =>
    line.kind !== "message"
      ? line
      : { ...line, first: !together(lines[n - 1], line), last: !together(line, lines[n + 1]) },
  );
}

/** The options that may be clicked: those of the last word, as long as it is the bot's. */
export function openOptions(lines: readonly Line[]): MessageLine | null {
  const last = lines.findLast((line) => line.kind === "message" || line.kind === "upload");
  return last?.kind === "message" && last.options.length > 0 ? last : null;
}

/** True if the conversation ended and nobody has rated it since. */
export function awaitsRating(thread: Thread): boolean {
  const last = thread.events.findLast(
    ({ kind }) =>
      kind === EVENT_KIND.rated || kind === EVENT_KIND.resolved || kind === EVENT_KIND.reopened,
  );
  return last?.kind === EVENT_KIND.resolved;
}
