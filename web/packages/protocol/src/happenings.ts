/** What a session tells the page, in the order in which it happened. */

import type { Id } from "./ids.ts";
import type {
  Accepted,
  Event,
  Listing,
  Mark,
  Page,
  Row,
  SomebodyTyping,
  SomebodyViewing,
  Welcome,
} from "./messages.ts";

/** The session is live; with reset, everything shown before is void. */
export interface Welcomed {
  readonly happening: "welcomed";
  readonly welcome: Welcome;
}

/** What was shown of this conversation is void; its events come anew. */
export interface ViewReset {
  readonly happening: "view_reset";
  readonly conversation: Id;
}

/** The next event of a conversation. */
export interface EventArrived {
  readonly happening: "event_arrived";
  readonly conversation: Id;
  readonly event: Event;
}

/** A conversation's line changed. */
export interface RowChanged {
  readonly happening: "row_changed";
  readonly conversation: Id;
  readonly row: Row;
}

/** The lists are exactly these conversations. */
export interface ListChanged {
  readonly happening: "list_changed";
  readonly mine: readonly Id[];
  readonly queue: readonly Id[];
  readonly listing: Listing;
}

/** A command is durable. */
export interface CommandDone {
  readonly happening: "command_done";
  readonly op: Id;
  readonly conversation: Id | null;
  readonly answer: Accepted;
}

/** A rule said no; the person has to know. */
export interface CommandRefused {
  readonly happening: "command_refused";
  readonly op: Id;
  readonly number: number;
  readonly text: string;
}

/** What the other side received and read, as a {@link Mark}. */
export interface Marked {
  readonly type: "mark";
  readonly mark: Mark;
}

/** A receipt, typing, viewing or page about a conversation, as it came. */
export interface OtherSide {
  readonly happening: "other_side";
  readonly conversation: Id;
  readonly message: Marked | SomebodyTyping | SomebodyViewing | Page;
}

/** No more events of this conversation come. */
export interface ViewClosed {
  readonly happening: "view_closed";
  readonly conversation: Id;
}

/** A note names this agent. The lists tell it too: this one may get lost. */
export interface MentionArrived {
  readonly happening: "mention_arrived";
  readonly conversation: Id;
  readonly seq: number;
  readonly by: Id;
}

/** The server said why it closes; `retry_ms` until the next try, -1 for never. */
export interface Ended {
  readonly happening: "ended";
  readonly number: number;
  readonly text: string;
  readonly retry_ms: number;
}

/** Anything that happened. */
export type Happening =
  | Welcomed
  | ViewReset
  | EventArrived
  | RowChanged
  | ListChanged
  | CommandDone
  | CommandRefused
  | OtherSide
  | ViewClosed
  | MentionArrived
  | Ended;
