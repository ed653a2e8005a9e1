/** What the server keeps, by the names of its JSON. */

import type { Id } from "@airdesk/protocol";

/** A role in an account. */
export type Role = "agent" | "supervisor" | "owner";

/** Who is logged in. */
export interface Session {
  readonly user: { readonly user_id: Id; readonly name: string; readonly email: string };
  readonly account: { readonly account_id: Id; readonly name: string; readonly language: string };
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly csrf: string;
}

/** Somebody who works in the account. */
export interface Member {
  readonly user_id: Id;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly capacity: number;
  /** Up to here he may set his capacity himself; 0 for the usual bound. */
  readonly capacity_max: number;
  readonly team_ids: readonly Id[];
  readonly skills: readonly string[];
  readonly is_active: boolean;
}

/** Somebody was asked to join. */
export interface Invitation {
  readonly invitation_id: Id;
  readonly email: string;
  readonly role: Role;
  readonly team_ids: readonly Id[];
  readonly expires_ms: number;
}

/** Members who share a queue. */
export interface Team {
  readonly team_id: Id;
  readonly name: string;
  readonly member_ids: readonly Id[];
}

/** How an agent is there, and how many conversations he holds. */
export interface AgentPresence {
  readonly agent_id: Id;
  readonly availability: "offline" | "busy" | "online";
  readonly load: number;
  readonly capacity: number;
  /** His open connections; 0 for one who is expected back, or gone. */
  readonly connections: number;
}

/** A name for an agent's id. */
export interface Agent {
  readonly id: Id;
  readonly name: string;
}

/** Texts of a widget in one language. */
export type WidgetTexts = Readonly<Record<string, string>>;

/** How a widget looks and speaks. */
export interface InboxSettings {
  readonly colour: string;
  readonly logo_file_id: Id | null;
  readonly position: "right" | "left";
  readonly offset_x: number;
  readonly offset_y: number;
  readonly theme: "auto" | "light" | "dark";
  readonly language: "auto" | "zh" | "en";
  readonly texts: { readonly zh: WidgetTexts; readonly en: WidgetTexts };
  readonly form: "off" | "before" | "after";
  readonly form_fields: readonly string[];
  readonly show_rating: boolean;
  readonly sound: boolean;
}

/** A way in for visitors. */
export interface Inbox {
  readonly inbox_id: Id;
  readonly name: string;
  readonly allowed_origins: readonly string[];
  readonly rule: string;
  readonly team_id: Id | null;
  readonly skills: readonly string[];
  readonly sticky: boolean;
  readonly has_bot: boolean;
  readonly answer_ms_max: number;
  readonly reopen_ms_max: number;
  readonly identify_required: boolean;
  /** For those who may change inboxes. */
  readonly identify_secret?: string | null;
  readonly settings: InboxSettings;
}

/** A visitor as the account knows him. */
export interface Contact {
  readonly contact_id: Id;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly external_id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly is_verified: boolean;
  readonly created_ms: number;
  readonly last_seen_ms: number;
  readonly visitor_ids: readonly Id[];
  /** His commands are refused. */
  readonly is_blocked: boolean;
  /** Since when; 0 where it is not known. */
  readonly blocked_ms: number;
  /** Who did it, by the name of then; "" where it is not known. */
  readonly blocked_by: string;
  /** What his browser said of itself; null where it is not known. */
  readonly device: {
    readonly browser: string;
    readonly system: string;
    readonly kind: string;
  } | null;
}

/** A page that a visitor looked at. */
export interface PageView {
  readonly url: string;
  readonly title: string;
  readonly at_ms: number;
}

/** A conversation in a list. */
export interface ConversationSummary {
  readonly conversation_id: Id;
  readonly inbox_id: Id;
  readonly visitor_id: Id;
  readonly status: string;
  readonly opened_ms: number;
  readonly last_ms: number;
  readonly assignee_id: Id | null;
  readonly label_ids: readonly Id[];
  readonly priority: number;
  readonly snoozed_until_ms: number;
  readonly unread: number;
  readonly contact: { readonly id: Id; readonly name: string } | null;
  /** Author number of the newest message; null before the first. */
  readonly last_author: number | null;
  /** The beginning of the newest message, "" before the first. */
  readonly last_text: string;
}

/** A text for many occasions. */
export interface Canned {
  readonly canned_id: Id;
  readonly shortcut: string;
  readonly text: string;
}

/** A question that the assistant can answer. */
export interface Faq {
  readonly faq_id: Id;
  readonly inbox_id: Id | null;
  readonly question: string;
  readonly variants: readonly string[];
  readonly answer: string;
  readonly is_suggested: boolean;
  readonly language: string;
}

/** A word that is put on conversations. */
export interface Label {
  readonly label_id: Id;
  readonly name: string;
  readonly colour: string;
}

/** From and to, in minutes since midnight. */
export type Span = readonly [from: number, to: number];

/** When an inbox is open. */
export interface Hours {
  readonly inbox_id: Id;
  readonly timezone: string;
  /** The spans of each day, from Monday; none for a closed one. */
  readonly week: readonly (readonly Span[])[];
  readonly holidays: readonly string[];
  /** False while nobody has said: the time zone is nobody's choice then. */
  readonly is_set: boolean;
}

/** A program's way in. */
export interface ApiToken {
  readonly token_id: Id;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_ms: number;
  readonly last_used_ms?: number | null;
}

/** A device on which somebody is logged in. */
export interface LogIn {
  readonly session_id: Id;
  readonly created_ms: number;
  readonly last_seen_ms: number;
  /** What its browser said of itself. */
  readonly browser: string;
  readonly address: string;
  readonly is_current: boolean;
}

/** Who did what. */
export interface AuditRow {
  readonly audit_id: Id;
  readonly at_ms: number;
  readonly actor: { readonly kind: string; readonly id: Id; readonly name: string };
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: Id };
  readonly before: unknown;
  readonly after: unknown;
}

/** A stored file. */
export interface FileFacts {
  readonly file_id: Id;
  readonly name: string;
  readonly bytes: number;
  readonly media_type: string;
  readonly width: number | null;
  readonly height: number | null;
}

/** A message that a search found. */
export interface FoundMessage {
  readonly conversation_id: Id;
  readonly visitor_id: Id;
  readonly seq: number;
  readonly at_ms: number;
  readonly is_note: boolean;
  /** The part around what was found. */
  readonly text: string;
  /** Where it was found in the text: from, to, in code points. */
  readonly marks: readonly (readonly [number, number])[];
  readonly is_cut_before: boolean;
  readonly is_cut_after: boolean;
}
