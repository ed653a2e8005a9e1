/**
 * Every message of the socket protocol; `docs/protocol.md` tells what they mean.
 *
 * One table is both encodings and all types. Binary: a msgpack array of the number and the
 * fields in order; fields at the end that have their default are left out. JSON: an object with
 * `type` and the fields by name; defaults are left out. Numbers and the order of fields never
 * change; new fields are appended with a default.
 */

import {
  flag,
  id,
  list,
  nat,
  optional,
  optionalId,
  str,
  structure,
  where,
  type Draft,
  type Filled,
  type Structure,
} from "./fields.ts";

/** A message's number, name and fields. */
export interface Definition<Name extends string, F> extends Structure<F> {
  readonly number: number;
  readonly type: Name;
  /** Make a message; fields with a default may be left out. */
  make(draft: Draft<F>): Message<Definition<Name, F>>;
}

/** The type of a definition's messages. */
export type Message<D> =
  D extends Definition<infer Name, infer F> ? { readonly type: Name } & Filled<F> : never;

function define<const Name extends string, F>(
  number: number,
  type: Name,
  fields: F,
): Definition<Name, F> {
  const parts = structure(fields);
  type Made = Message<Definition<Name, F>>;
  return { ...parts, number, type, make: (draft) => ({ type, ...parts.fill(draft) }) as Made };
}

// Parts of messages --------------------------------------------------------------------------

const held = structure({ conversation: id(), seq: nat(), wanted: flag(false) });
const mark = structure({ ref: nat(), delivered: nat(0), read: nat(0) });
const head = structure({ ref: nat(), seq: nat(), version: nat() });
const file = structure({
  file: id(),
  bytes: nat(),
  media_type: str(),
  /** In pixels; 0 for what is no picture. */
  width: nat(0),
  height: nat(0),
});
const said = {
  /** A file, whose name is the text. */
  file: optional(file),
  /** Answers that the bot offers; choosing one is sending its words. */
  options: list(str())([]),
  /** What or whom it is about, where that may be several: labels, mentioned agents. */
  subjects: list(id())([]),
};
const happened = {
  seq: nat(),
  prev: nat(),
  dt_ms: nat(),
  kind: nat(),
  author: nat(1),
  text: str(""),
  subject: optionalId(""),
  value: nat(0),
};
const pageEvent = structure({ ...happened, ...said });

/** A conversation that a client still shows, and the last `seq` it holds there. */
export type Held = Filled<typeof held.fields>;
/** How far one side has received and read a conversation, as `seq`; 0 for nothing. */
export type Mark = Filled<typeof mark.fields>;
/** Where a followed conversation stands on the server. */
export type Head = Filled<typeof head.fields>;
/** A file that was sent; its name is the message's text. */
export type File = Filled<typeof file.fields>;
/** One event of a page, the fields of Event without its ref and op. */
export type PageEvent = Filled<typeof pageEvent.fields>;

const op = id();
const target = { op, where: where() };

// From the client ----------------------------------------------------------------------------

/** The first message of every connection. */
export const Hello = define(1, "hello", {
  token: str(),
  device: id(),
  instance: id(),
  /** Number of this connection among those of its instance; a lower one loses to a higher. */
  attempt: nat(1),
  cursor: str(""),
  held: list(held)([]),
  client: str(""),
});
/** Say something in public. */
export const Send = define(2, "send", {
  ...target,
  text: str(),
  /** The ticket of an uploaded file, whose name is said then. */
  file: str(""),
});
/** Say something to the staff alone. */
export const Note = define(3, "note", {
  ...target,
  text: str(),
  /** Agents who are told of it. */
  mentions: list(id())([]),
});
/** Open the visitor's conversation without a word. */
export const Start = define(4, "start", { op });
/** Give a conversation to an agent; without one, to me. */
export const Assign = define(5, "assign", { ...target, agent: optionalId("") });
/** Hand a conversation to an agent or to a team. */
export const Transfer = define(6, "transfer", {
  ...target,
  agent: optionalId(""),
  team: optionalId(""),
  note: str(""),
});
/** It is done. */
export const Resolve = define(7, "resolve", target);
/** Take it up again. */
export const Reopen = define(8, "reopen", target);
/** Put it aside until a time. */
export const Snooze = define(9, "snooze", { ...target, until_ms: nat() });
/** The visitor's judgement, 1 to 5. */
export const Rate = define(10, "rate", { ...target, score: nat() });
/** From the bot to people. */
export const HandOff = define(11, "hand_off", target);
/** An agent's own status: 0 offline, 1 busy, 2 online. */
export const SetAvailability = define(12, "set_availability", { op, availability: nat() });
/** Let a conversation have exactly these labels. */
export const SetLabels = define(13, "set_labels", { ...target, labels: list(id())() });
/** How urgent it is: 0 normal, 1 high, 2 urgent. */
export const SetPriority = define(14, "set_priority", { ...target, priority: nat() });
/** From people back to the bot. */
export const ReturnToBot = define(15, "return_to_bot", target);
/** Send me this conversation's events after a `seq`; after 0, its newest ones. */
export const Follow = define(20, "follow", { conversation: id(), after: nat(0) });
/** I no longer show this conversation. */
export const Unfollow = define(21, "unfollow", { ref: nat() });
/** What I received and read. */
export const Receipt = define(22, "receipt", { marks: list(mark)() });
/** I began or ended typing. */
export const Typing = define(23, "typing", {
  ref: nat(),
  on: flag(true),
  /** What a visitor has typed so far; the staff may see it. */
  text: str(""),
});
/** Send me all rows again; my list does not fit. */
export const Refresh = define(24, "refresh", {});
/** Send me a page of events before a `seq`. */
export const History = define(25, "history", { ref: nat(), before: nat() });
/** My answer to a beat. */
export const Alive = define(26, "alive", {});
/**
 * I look at this conversation now, and at no other; or at it no longer.
 *
 * Who says it, even of no conversation at all, gets SomebodyViewing and Mentioned from then on.
 */
export const Viewing = define(27, "viewing", {
  /** 0 for none. */
  ref: nat(0),
  on: flag(true),
});

// From the server ----------------------------------------------------------------------------

/** The answer to a good hello. */
export const Welcome = define(64, "welcome", {
  you: id(),
  role: nat(),
  server_ms: nat(),
  beat_ms: nat(),
  cursor: str(),
  /** Forget everything but the outbox: the cursor belongs to another history. */
  reset: flag(false),
});
/** Why the connection closes now. */
export const Failure = define(65, "failure", { number: nat(), text: str(), retry_ms: nat(0) });
/** The command is durable. A repeat gets the same answer. */
export const Accepted = define(66, "accepted", { op, ref: nat(0), seq: nat(0), dt_ms: nat(0) });
/** A rule said no; forget the command. */
export const Rejected = define(67, "rejected", { op, number: nat(), text: str() });
/** A conversation's line in a list. It introduces `ref` for this connection. */
export const Row = define(68, "row", {
  ref: nat(),
  conversation: id(),
  opened_ms: nat(),
  /** Grows with every change; an older row than the one held is ignored. */
  version: nat(),
  status: nat(),
  visitor: id(),
  last_seq: nat(),
  last_ms: nat(),
  unread: nat(0),
  /** Place in the queue, 1 is next; 0 while not waiting. */
  place: nat(0),
  assignee: optionalId(""),
  /** Agents by author number: the first is author 3. */
  participants: list(id())([]),
  /** How far the other side has received. */
  delivered: nat(0),
  /** How far the other side has read. */
  read: nat(0),
  /** For the staff, like all that follows. */
  labels: list(id())([]),
  /** 0 normal, 1 high, 2 urgent. */
  priority: nat(0),
  snoozed_until_ms: nat(0),
  inbox: optionalId(""),
});
/**
 * The next event of this conversation has `prev` equal to `base`.
 *
 * If `base` is not the last `seq` that the client holds, its view of this conversation is void
 * and begins anew.
 */
export const Opened = define(69, "opened", { ref: nat(), base: nat() });
/** One event of a conversation. */
export const Event = define(70, "event", {
  ref: nat(),
  ...happened,
  /** The operation that caused it; only on connections of the one who sent it. */
  op: optionalId(""),
  ...said,
});
/** What the other side received and read. */
export const Receipts = define(71, "receipts", { marks: list(mark)() });
/** Somebody else began or ended typing. */
export const SomebodyTyping = define(72, "somebody_typing", {
  ref: nat(),
  author: nat(),
  on: flag(true),
  /** What the visitor has typed so far; for the staff. */
  text: str(""),
});
/** The server lives; what you should have by now. */
export const Beat = define(73, "beat", {
  server_ms: nat(),
  cursor: str(""),
  heads: list(head)([]),
});
/** My lists are exactly these conversations; their rows came before. */
export const Listing = define(74, "listing", {
  /** A visitor's conversations; those an agent holds. */
  mine: list(nat())(),
  /** For agents: the first of those who wait, next one first. */
  queue: list(nat())([]),
  /** How many wait in all. */
  waiting: nat(0),
  cursor: str(""),
  availability: nat(0),
});
/** Older events, in order, the last of them before the `seq` that was asked for. */
export const Page = define(75, "page", {
  ref: nat(),
  before: nat(),
  events: list(pageEvent)([]),
  at_start: flag(false),
});
/** No further event of this conversation comes on this connection. */
export const Closed = define(76, "closed", {
  /** 0 for a conversation that this connection never knew. */
  ref: nat(),
  /** Its id, where it has no ref: it was asked for and may not be seen. */
  conversation: optionalId(""),
});

/** Who of the staff looks at a conversation now, besides me. */
export const SomebodyViewing = define(77, "somebody_viewing", {
  ref: nat(),
  agents: list(id())([]),
});
/** A note names me. */
export const Mentioned = define(78, "mentioned", { conversation: id(), seq: nat(), by: id() });

/** All that a client may send. */
export const CLIENT_MESSAGES = [
  Hello,
  Send,
  Note,
  Start,
  Assign,
  Transfer,
  Resolve,
  Reopen,
  Snooze,
  Rate,
  HandOff,
  SetAvailability,
  SetLabels,
  SetPriority,
  ReturnToBot,
  Follow,
  Unfollow,
  Receipt,
  Typing,
  Refresh,
  History,
  Alive,
  Viewing,
] as const;

/** All that a server may send. */
export const SERVER_MESSAGES = [
  Welcome,
  Failure,
  Accepted,
  Rejected,
  Row,
  Opened,
  Event,
  Receipts,
  SomebodyTyping,
  Beat,
  Listing,
  Page,
  Closed,
  SomebodyViewing,
  Mentioned,
] as const;

export type Hello = Message<typeof Hello>;
export type Send = Message<typeof Send>;
export type Note = Message<typeof Note>;
export type Start = Message<typeof Start>;
export type Assign = Message<typeof Assign>;
export type Transfer = Message<typeof Transfer>;
export type Resolve = Message<typeof Resolve>;
export type Reopen = Message<typeof Reopen>;
export type Snooze = Message<typeof Snooze>;
export type Rate = Message<typeof Rate>;
export type HandOff = Message<typeof HandOff>;
export type SetAvailability = Message<typeof SetAvailability>;
export type SetLabels = Message<typeof SetLabels>;
export type SetPriority = Message<typeof SetPriority>;
export type ReturnToBot = Message<typeof ReturnToBot>;
export type Follow = Message<typeof Follow>;
export type Unfollow = Message<typeof Unfollow>;
export type Receipt = Message<typeof Receipt>;
export type Typing = Message<typeof Typing>;
export type Refresh = Message<typeof Refresh>;
export type History = Message<typeof History>;
export type Alive = Message<typeof Alive>;
export type Viewing = Message<typeof Viewing>;
export type Welcome = Message<typeof Welcome>;
export type Failure = Message<typeof Failure>;
export type Accepted = Message<typeof Accepted>;
export type Rejected = Message<typeof Rejected>;
export type Row = Message<typeof Row>;
export type Opened = Message<typeof Opened>;
export type Event = Message<typeof Event>;
export type Receipts = Message<typeof Receipts>;
export type SomebodyTyping = Message<typeof SomebodyTyping>;
export type Beat = Message<typeof Beat>;
export type Listing = Message<typeof Listing>;
export type Page = Message<typeof Page>;
export type Closed = Message<typeof Closed>;
export type SomebodyViewing = Message<typeof SomebodyViewing>;
export type Mentioned = Message<typeof Mentioned>;

/** What a client sends. */
export type ClientMessage = Message<(typeof CLIENT_MESSAGES)[number]>;
/** What a server sends. */
export type ServerMessage = Message<(typeof SERVER_MESSAGES)[number]>;

/** Messages with an operation id: kept in the outbox, acknowledged once durable. */
export type CommandMessage =
  | Send
  | Note
  | Start
  | Assign
  | Transfer
  | Resolve
  | Reopen
  | Snooze
  | Rate
  | HandOff
  | SetAvailability
  | SetLabels
  | SetPriority
  | ReturnToBot;

const COMMANDS: ReadonlySet<string> = new Set<CommandMessage["type"]>([
  "send",
  "note",
  "start",
  "assign",
  "transfer",
  "resolve",
  "reopen",
  "snooze",
  "rate",
  "hand_off",
  "set_availability",
  "set_labels",
  "set_priority",
  "return_to_bot",
]);

/** True for a message with an operation id. */
export function isCommand(message: ClientMessage): message is CommandMessage {
  return COMMANDS.has(message.type);
}

/**
 * 30, 31, 80, 81: chunks of large payloads and their resending; 82, 83: the adaptive heartbeat.
 * A peer that gets one today answers with 4001.
 */
export const RESERVED_NUMBERS: ReadonlySet<number> = new Set([30, 31, 80, 81, 82, 83]);
