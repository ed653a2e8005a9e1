/** The lists of conversations, and what stands in a line of them. */

import { STATUSES, type Conversations, type StatusName } from "@airdesk/client";
import {
  EVENT_KIND,
  FIRST_PARTICIPANT,
  VISITOR_AUTHOR,
  type Id,
  type messages,
} from "@airdesk/protocol";
import type { ConversationSummary, Desk } from "@airdesk/staff";
import type { IconName } from "../../shell/icons.tsx";
import type { ListFilters } from "../../shell/workplace.ts";

/** The lists, in the order of the page. */
export const LISTS = ["mine", "queue", "bot", "all", "mentions", "snoozed", "resolved"] as const;

/** The name of a list. */
export type ListName = (typeof LISTS)[number];

/** How many conversations each list has. */
export type ListCounts = Readonly<Partial<Record<ListName, number>>>;

/** The signs of the lists. */
export const LIST_ICONS: Readonly<Record<ListName, IconName>> = {
  mine: "person",
  queue: "clock",
  bot: "bot",
  all: "inbox",
  mentions: "at",
  snoozed: "alarm",
  resolved: "check",
};

/** True for the name of a list. */
export function isListName(name: string | undefined): name is ListName {
  return (LISTS as readonly string[]).includes(name ?? "");
}

/** A conversation's line, from the socket or over HTTP. */
export interface ListItem {
  readonly id: Id;
  readonly visitor: Id;
  /** "" where it has to be asked for. */
  readonly name: string;
  readonly status: StatusName;
  readonly lastMs: number;
  readonly text: string;
  /** Who said the last words. */
  readonly said: "visitor" | "staff" | "bot" | "";
  readonly unread: number;
  readonly assignee: Id;
  readonly inbox: Id;
  readonly labels: readonly Id[];
  readonly priority: number;
  readonly snoozedUntilMs: number;
  /** Since when the visitor waits for an answer; 0 if he does not. */
  readonly waitingSinceMs: number;
}

/** The line of a conversation that the socket tells of. */
export function itemOfRow(desk: Desk, row: messages.Row): ListItem {
  const last = lastSaid(desk.conversations, row.conversation);
  const author = desk.lastWords.authorOf(row.conversation);
  return {
    id: row.conversation,
    visitor: row.visitor,
    name: "",
    status: STATUSES[row.status] ?? "queued",
    lastMs: row.last_ms,
    text: last.text || desk.lastWords.of(row.conversation),
    said: last.said || (author === null ? "" : saidBy(author)),
    unread: row.unread,
    assignee: row.assignee,
    inbox: row.inbox,
    labels: row.labels,
    priority: row.priority,
    snoozedUntilMs: row.snoozed_until_ms,
    waitingSinceMs: last.waitingSinceMs,
  };
}

/** The line of a conversation that was read over HTTP; what the socket knows of it is newer. */
export function itemOfSummary(desk: Desk, summary: ConversationSummary): ListItem {
  const row = desk.conversations.rows.get(summary.conversation_id);
  const author = summary.last_author;
  const item: ListItem = {
    id: summary.conversation_id,
    visitor: summary.visitor_id,
    name: summary.contact?.name ?? "",
    status: STATUSES.find((one) => one === summary.status) ?? "queued",
    lastMs: summary.last_ms,
    text: summary.last_text,
    said: author === null ? "" : saidBy(author),
    unread: summary.unread,
    assignee: summary.assignee_id ?? "",
    inbox: summary.inbox_id,
    labels: summary.label_ids,
    priority: summary.priority,
    snoozedUntilMs: summary.snoozed_until_ms,
    waitingSinceMs: 0,
  };
  if (row === undefined || row.last_ms < summary.last_ms) return item;
  const live = itemOfRow(desk, row);
  return live.text === ""
    ? { ...live, name: item.name, text: item.text, said: item.said }
    : { ...live, name: item.name };
}

/** True if the filters let a line of the socket through. */
export function passes(item: ListItem, { inbox, label, agent }: ListFilters): boolean {
  if (inbox !== "" && item.inbox !== inbox) return false;
  if (label !== "" && !item.labels.includes(label)) return false;
  return agent === "" || item.assignee === agent;
}

interface LastSaid {
  readonly text: string;
  readonly said: ListItem["said"];
  readonly waitingSinceMs: number;
}

/** The newest message of a thread, and since when the visitor waits for the next. */
function lastSaid(conversations: Conversations, conversation: Id): LastSaid {
  const thread = conversations.threads.get(conversation);
  const own = thread?.own.findLast(({ note }) => !note);
  if (own !== undefined) return { text: own.text, said: "staff", waitingSinceMs: 0 };
  const events = thread?.events ?? [];
  let newest: { text: string; said: ListItem["said"] } | null = null;
  let waitingSinceMs = 0;
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const event = events[place];
    if (event?.kind !== EVENT_KIND.message) continue;
    newest ??= { text: event.text, said: saidBy(event.author) };
    if (event.author !== VISITOR_AUTHOR) break;
    waitingSinceMs = (thread?.frame.openedMs ?? 0) + event.dt_ms;
  }
  return { text: newest?.text ?? "", said: newest?.said ?? "", waitingSinceMs };
}

function saidBy(author: number): ListItem["said"] {
  if (author === VISITOR_AUTHOR) return "visitor";
  return author >= FIRST_PARTICIPANT ? "staff" : "bot";
}
