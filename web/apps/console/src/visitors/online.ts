/** Visitors who are there now, as the server tells of them. */

import type { Id } from "@airdesk/protocol";
import type { PageView } from "@airdesk/staff";

/** What somebody looks at the site with. */
export interface Device {
  readonly browser: string;
  readonly system: string;
  readonly kind: string;
}

/** A person whom the account knows. */
export interface OnlineContact {
  readonly contact_id: Id;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly is_verified: boolean;
  readonly is_blocked: boolean;
  readonly created_ms: number;
}

/** A visitor with the chat on his page. */
export interface OnlineVisitor {
  readonly visitor_id: Id;
  readonly inbox_id: Id;
  readonly since_ms: number;
  readonly conversation_id: Id | null;
  readonly contact: OnlineContact | null;
  readonly device: Device | null;
  /** Newest first. */
  readonly pages: readonly PageView[];
}

/** Where they are listed. */
export const VISITORS = "/api/v1/visitors";

/** A kind of device that has a name in words. */
export type DeviceKind = "computer" | "phone" | "tablet" | "other";

/** The kind of a device; a newer server may tell others. */
export function kindOf({ kind }: Device): DeviceKind {
  return kind === "computer" || kind === "phone" || kind === "tablet" ? kind : "other";
}

/** A device in a line: "Chrome · Windows". */
export function deviceWords({ browser, system }: Device): string {
  return [browser, system].filter(Boolean).join(" · ");
}
