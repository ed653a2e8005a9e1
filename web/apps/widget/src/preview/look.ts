/** What the settings say to the preview by postMessage; nothing comes back but that it listens. */

import type { Inbox } from "../frame/inbox.ts";

/** A moment in a visitor's life. */
export type Moment = "start" | "talk" | "queue" | "away" | "end";

/** How an inbox would look, though nothing of it was saved. */
export interface Look {
  readonly inbox: Inbox;
  readonly position: string;
  readonly offset_x: number;
  readonly offset_y: number;
  readonly language: "zh" | "en";
  readonly dark: boolean;
  readonly moment: Moment;
  /** Questions that would be offered. */
  readonly questions: readonly string[];
}

/** From the settings. */
export interface LookMessage {
  readonly airdeskLook: Look;
}

/** From the preview, once it listens. */
export const PREVIEW_READY = "airdesk preview ready";

/** Hear looks from the page around, which must be one of our own. */
export function onLook(draw: (look: Look) => void): void {
  addEventListener("message", ({ data, origin, source }: MessageEvent) => {
    if (source !== parent || origin !== location.origin) return;
    const look = (data as Partial<LookMessage> | null)?.airdeskLook;
    if (look !== undefined) draw(look);
  });
  parent.postMessage(PREVIEW_READY, location.origin);
}
