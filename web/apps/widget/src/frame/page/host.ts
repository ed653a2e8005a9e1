/** The page around the chat: a host's page that embeds it, or nobody on the stand-alone page. */

import { storageOf } from "@airdesk/client";
import {
  opened,
  storagePrefix,
  type Attributes,
  type HostIdentity,
  type PageView,
  type StorageKind,
  type ToFrame,
  type ToHost,
} from "../../shared/bridge.ts";
import { MirrorStorage } from "./mirror_storage.ts";

/** What the host said at the start. */
export type Init = Extract<ToFrame, { readonly say: "init" }>;

/** What a host tells later. */
export interface HostListener {
  shown(open: boolean, phone: boolean): void;
  identify(identity: HostIdentity): void;
  attributes(attributes: Attributes): void;
  language(language: string): void;
  views(views: readonly PageView[]): void;
}

/** The page around the chat. */
export interface Host {
  readonly embedded: boolean;
  readonly init: Init;
  /** What outlives a reload. */
  readonly local: MirrorStorage;
  /** What belongs to this tab. */
  readonly session: MirrorStorage;
  /** Tells as `storage` events what other tabs change in `local`. */
  readonly events: EventTarget;
  say(body: ToHost): void;
  listen(listener: HostListener): void;
}

/** Tell as a browser does that another tab changed the storage. */
function tellStored(events: EventTarget, area: MirrorStorage, key: string, value: string | null) {
  area.changed(key, value);
  events.dispatchEvent(
    Object.assign(new Event("storage"), { storageArea: area, key, newValue: value }),
  );
}

/** Wait for the page that embeds this frame. */
export function embeddingHost(hash: string, parent: Window): Promise<Host> {
  const asked = new URLSearchParams(hash.slice(1));
  const nonce = asked.get("nonce") ?? "";
  const origin = asked.get("host") ?? "";
  const say = (body: ToHost) => parent.postMessage({ airdesk: nonce, body }, origin);
  return new Promise((resolve) => {
    let listener: HostListener | null = null;
    let host: Host | null = null;
    addEventListener("message", (event) => {
      const body = opened<ToFrame>(event, { source: parent, origin, nonce });
      if (body === null) return;
      if (body.say === "init") {
        if (host === null) resolve((host = embedded(body, say, (given) => (listener = given))));
      } else if (body.say === "stored") {
        if (host !== null) tellStored(host.events, host.local, body.key, body.value);
      } else if (listener !== null) hear(listener, body);
    });
    say({ say: "ready" });
  });
}

type Said = Exclude<ToFrame, { readonly say: "init" | "stored" }>;

function hear(listener: HostListener, body: Said): void {
  switch (body.say) {
    case "shown":
      return listener.shown(body.open, body.phone);
    case "identify":
      return listener.identify(body.identity);
    case "attributes":
      return listener.attributes(body.attributes);
    case "language":
      return listener.language(body.language);
    case "views":
      return listener.views(body.views);
  }
}

function embedded(
  init: Init,
  say: (body: ToHost) => void,
  listen: (listener: HostListener) => void,
): Host {
  const area = (kind: StorageKind) =>
    new MirrorStorage(init[kind], (key, value) => say({ say: "store", kind, key, value }));
  const events = new EventTarget();
  return {
    embedded: true,
    init,
    local: area("local"),
    session: area("session"),
    events,
    say,
    listen,
  };
}

/** Be alone on a page of our own server. */
export function noHost(inbox: string, search: string, phone: boolean): Host {
  const prefix = storagePrefix(inbox);
  const area = (kind: "localStorage" | "sessionStorage") => {
    const storage = storageOf(kind);
    const items = Object.entries({ ...storage })
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), String(value)]);
    return new MirrorStorage(Object.fromEntries(items), (key, value) => {
      try {
        if (value === null) storage?.removeItem(prefix + key);
        else storage?.setItem(prefix + key, value);
      } catch {
        // No room: it lives as long as the page.
      }
    });
  };
  const local = area("localStorage");
  const events = new EventTarget();
  addEventListener("storage", ({ key, newValue, storageArea }) => {
    if (!key?.startsWith(prefix) || storageArea !== storageOf("localStorage")) return;
    tellStored(events, local, key.slice(prefix.length), newValue);
  });
  const language = new URLSearchParams(search).get("lang") ?? "";
  return {
    embedded: false,
    init: {
      ...{ say: "init", local: {}, session: {}, identity: null, attributes: {} },
      ...{ language, open: true, phone, views: [] },
    },
    local,
    session: area("sessionStorage"),
    events,
    say: (body) => {
      if (body.say !== "unread") return;
      const title = document.title.replace(/^\(\d+\+?\) /, "");
      document.title = body.flash ? `(${body.count}) ${title}` : title;
    },
    listen: () => undefined,
  };
}
