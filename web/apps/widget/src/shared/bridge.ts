/** What the loader on the host's page and the frame say to each other by postMessage. */

/** One address that the visitor looked at. */
export interface PageView {
  readonly url: string;
  readonly title: string;
  readonly at_ms: number;
}

/** Whom the host's page knows, as its script said it. */
export interface HostIdentity {
  readonly userId: string;
  readonly hmac: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly attributes?: Attributes;
}

/** Facts about a visitor. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Storage of the host's page; the frame's own is blocked with third-party cookies. */
export type StorageKind = "local" | "session";

/** From the loader to the frame. */
export type ToFrame =
  | {
      readonly say: "init";
      readonly local: Readonly<Record<string, string>>;
      readonly session: Readonly<Record<string, string>>;
      readonly identity: HostIdentity | null;
      readonly attributes: Attributes;
      readonly language: string;
      readonly open: boolean;
      readonly phone: boolean;
      readonly views: readonly PageView[];
    }
  | { readonly say: "shown"; readonly open: boolean; readonly phone: boolean }
  | { readonly say: "identify"; readonly identity: HostIdentity }
  | { readonly say: "attributes"; readonly attributes: Attributes }
  | { readonly say: "language"; readonly language: string }
  | { readonly say: "views"; readonly views: readonly PageView[] }
  /** Another tab of the host changed its storage. */
  | { readonly say: "stored"; readonly key: string; readonly value: string | null };

/** From the frame to the loader. */
export type ToHost =
  /** The frame's script runs and waits for `init`. */
  | { readonly say: "ready" }
  /** There is something to see. */
  | { readonly say: "painted" }
  | { readonly say: "close" }
  | {
      readonly say: "store";
      readonly kind: StorageKind;
      readonly key: string;
      readonly value: string | null;
    }
  | { readonly say: "unread"; readonly count: number; readonly flash: string }
  | { readonly say: "event"; readonly name: string; readonly detail: unknown };

/** A message in its envelope. The nonce is the frame's, so that no other frame can speak for it. */
export interface Envelope<T> {
  readonly airdesk: string;
  readonly body: T;
}

/** Take the body out of what came; null if it is not from our other half. */
export function opened<T>(
  event: Pick<MessageEvent, "data" | "origin" | "source">,
  expected: { readonly source: unknown; readonly origin: string; readonly nonce: string },
): T | null {
  const data = event.data as Partial<Envelope<T>> | null;
  if (event.source !== expected.source || event.origin !== expected.origin) return null;
  if (typeof data !== "object" || data === null || data.airdesk !== expected.nonce) return null;
  return data.body ?? null;
}

/** The key in the host's local storage that says whether a chat exists: its value is "1". */
export const CHAT_KEY = "chat";
/** The key in the host's local storage that holds the customer's id of the last `identify`. */
export const USER_KEY = "user";
/** The key in the host's session storage that says that the panel was open. */
export const OPEN_KEY = "open";
/** The key in the host's session storage that holds addresses not told yet. */
export const TRAIL_KEY = "trail";

/** What of the host's storage belongs to the widget of this inbox. */
export function storagePrefix(inbox: string): string {
  return `airdesk.${inbox}.`;
}
