import {
  ALONE,
  LocalOutboxStore,
  NO_CHANNEL,
  broadcastChannel,
  webLock,
  type OutboxPlaces,
  type TabChannel,
} from "@airdesk/client";
import type { Id } from "@airdesk/protocol";
import type { Host } from "./host.ts";

/** True if the browser lets this frame take locks; with blocked storage it refuses. */
export async function locksWork(): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  if (locks === undefined) return false;
  try {
    await locks.request("airdesk.try", { ifAvailable: true }, () => undefined);
    return true;
  } catch {
    return false;
  }
}

/** Where the tabs meet over an identity's outbox: the host's storage, and what else there is. */
export function hostPlaces(host: Host, locks: boolean): (identity: Id) => OutboxPlaces {
  return (identity) => {
    const name = `airdesk.outbox.${identity}`;
    return {
      store: new LocalOutboxStore(host.local, host.events, identity),
      lock: locks ? webLock(navigator.locks, name) : ALONE,
      channel: channel(name),
    };
  };
}

function channel(name: string): TabChannel {
  try {
    return broadcastChannel(name);
  } catch {
    return NO_CHANNEL; // Refused with blocked storage; the store's own events do.
  }
}
