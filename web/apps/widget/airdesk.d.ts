/**
 * Types of the function `AirDesk`, which the widget puts on a page.
 *
 *     /// <reference path="airdesk.d.ts" />
 *     AirDesk("identify", { userId: "4711", hmac: "…", name: "Lin" });
 *     const end = AirDesk("on", "unread", (count) => badge(count));
 */

/** A value of a contact's attribute. */
export type AirDeskValue = string | number | boolean | null;

/** Whom the page knows. The `hmac` is made by the page's own server; see the guide. */
export interface AirDeskIdentity {
  /** The customer's id in your system. */
  userId: string;
  /** Hex HMAC-SHA256 of `userId` under the inbox's identify secret. */
  hmac: string;
  name?: string;
  email?: string;
  phone?: string;
  attributes?: Record<string, AirDeskValue>;
}

/** What `AirDesk("on", …)` tells, by name. */
export interface AirDeskEvents {
  /** The bubble is on the page. */
  ready: undefined;
  /** The panel opened. */
  open: undefined;
  /** The panel closed. */
  close: undefined;
  /** How many messages are unread now. */
  unread: number;
  /** A message came. */
  message: { author: "agent" | "bot"; text: string };
  /** The visitor's message is stored. */
  sent: { text: string };
  /** The conversation has this status now. */
  status: "bot" | "queued" | "assigned" | "resolved";
  /** The visitor judged the conversation, 1 to 5. */
  rated: number;
}

/** The function that a page calls. Calls before the widget is there wait in a queue. */
export interface AirDeskFunction {
  (command: "open" | "close" | "toggle"): void;
  /** The visitor is this customer of yours. */
  (command: "identify", identity: AirDeskIdentity): void;
  /** Facts about the visitor that agents see. */
  (command: "attributes", attributes: Record<string, AirDeskValue>): void;
  /** Be told; the function that comes back ends it (undefined if the call was queued). */
  <Name extends keyof AirDeskEvents>(
    command: "on",
    event: Name,
    listener: (detail: AirDeskEvents[Name]) => void,
  ): (() => void) | undefined;
  (command: "language", language: "zh" | "en" | "auto"): void;
  /** Take the widget off the page and forget who the visitor is, as after a log-out. */
  (command: "shutdown"): void;
  /** Put the widget on the page again after `shutdown`. */
  (command: "boot"): void;
  /** Calls that were made before the widget was there. */
  q?: ArrayLike<unknown>[];
}

declare global {
  interface Window {
    AirDesk?: AirDeskFunction;
  }
  var AirDesk: AirDeskFunction;
}
