/** Whether the console was open in this browser: the log-in page tells who comes back from who is new. */

import { storageOf } from "@airdesk/client";

const INSIDE = "airdesk.inside";
let leaves = false;

/** True once the person pressed the button for it on this page: he is on his way out. */
export function isLeaving(): boolean {
  return leaves;
}

/** Somebody is logged in here, or has left by the button for it. */
export function rememberInside(isInside: boolean): void {
  leaves = !isInside;
  try {
    if (isInside) storageOf("localStorage")?.setItem(INSIDE, "yes");
    else storageOf("localStorage")?.removeItem(INSIDE);
  } catch {
    // No room: the log-in page says nothing of it.
  }
}
