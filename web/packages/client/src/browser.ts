/** The parts of a connection in a browser. */

import { BINARY, isId, type Id } from "@airdesk/protocol";
import { socketUrl } from "./address.ts";
import { systemClock } from "./clock.ts";
import type { ConnectionParts } from "./connection.ts";
import type { OutboxPlaces } from "./device_outbox.ts";
import { ALONE, webLock } from "./drain_lock.ts";
import { Mint } from "./mint.ts";
import { LocalOutboxStore, MemoryOutboxStore, type StorageArea } from "./outbox_store.ts";
import { browserSignals } from "./page_signals.ts";
import { systemRandom } from "./random.ts";
import { NO_CHANNEL, broadcastChannel } from "./tab_channel.ts";
import { webSocketTransport } from "./transport.ts";

/** Makes ids from the machine's clock and chance. */
export const systemMint = new Mint(systemClock, systemRandom);

/** The browser's storage of a kind; null where it is forbidden. */
export function storageOf(kind: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[kind];
  } catch {
    return null; // A SecurityError: the person blocks storage for this site.
  }
}

/** The id of this browser profile, made at the first visit. */
export function deviceId(storage: StorageArea | null, mint: Mint): Id {
  const known = storage?.getItem("airdesk.device");
  if (known && isId(known)) return known;
  const made = mint.id();
  try {
    storage?.setItem("airdesk.device", made);
  } catch {
    // No room: the device has a new id after each load, which costs nothing but a resume.
  }
  return made;
}

/** Where the tabs of this browser meet over an identity's outbox. */
export function browserPlaces(identity: Id): OutboxPlaces {
  const storage = storageOf("localStorage");
  const name = `airdesk.outbox.${identity}`;
  const locks = (navigator as Partial<Navigator>).locks;
  return {
    store:
      storage === null ? new MemoryOutboxStore() : new LocalOutboxStore(storage, window, identity),
    lock: locks === undefined ? ALONE : webLock(locks, name),
    channel: typeof BroadcastChannel === "undefined" ? NO_CHANNEL : broadcastChannel(name),
  };
}

/** All parts of a connection of this page to its own server, but who connects. */
export function browserParts(): Omit<ConnectionParts, "token" | "identity" | "renewToken"> {
  return {
    encoding: BINARY,
    device: deviceId(storageOf("localStorage"), systemMint),
    instance: systemMint.id(),
    open: webSocketTransport(socketUrl(location.href)),
    clock: systemClock,
    random: systemRandom,
    places: browserPlaces,
    signals: browserSignals(),
  };
}
