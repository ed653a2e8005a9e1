import {
  CHAT_KEY,
  OPEN_KEY,
  TRAIL_KEY,
  USER_KEY,
  type Attributes,
  type HostIdentity,
  type ToFrame,
  type ToHost,
} from "../shared/bridge.ts";
import { Bubble } from "./bubble.ts";
import type { Call } from "./command_queue.ts";
import { loaderConfig, type LoaderConfig, type ToldConfig } from "./config.ts";
import { DeskFrame } from "./desk_frame.ts";
import { HostStorage } from "./host_storage.ts";
import { PageTrail, watchRoutes } from "./page_trail.ts";
import { TitleFlash } from "./title_flash.ts";

/** A page sets its title soon after its address; it is read at once and so much later again. */
const TITLE_MS = 300;

type Listener = (detail: unknown) => void;

/** The widget on one page. */
export class Widget {
  readonly #desk: string;
  readonly #inbox: string;
  readonly #told: ToldConfig;
  readonly #storage: HostStorage;
  readonly #trail: PageTrail;
  readonly #title = new TitleFlash();
  #listeners: { readonly event: string; readonly listener: Listener }[] = [];
  #stopRoutes: (() => void) | null = null;
  #bubble: Bubble | null = null;
  #frame: DeskFrame | null = null;
  #config: LoaderConfig;
  #identity: HostIdentity | null = null;
  #attributes: Attributes = {};
  #language = "";
  #open = false;

  /** @param told - what the server says of the inbox. */
  constructor(desk: string, inbox: string, told: ToldConfig) {
    this.#desk = desk;
    this.#inbox = inbox;
    this.#told = told;
    this.#config = loaderConfig(told, "");
    this.#storage = new HostStorage(inbox);
    this.#trail = new PageTrail(this.#storage.get("session", TRAIL_KEY));
    addEventListener("storage", (event) => this.#stored(event));
  }

  /** Answer one call of the page. */
  run(call: Call): unknown {
    const [command, first, second] = call;
    switch (command) {
      case "boot":
        return this.boot();
      case "open":
      case "close":
        return this.#show(command === "open");
      case "toggle":
        return this.#show(!this.#open);
      case "identify":
        return this.#identify(first as HostIdentity);
      case "attributes":
        this.#attributes = { ...this.#attributes, ...(first as Attributes) };
        return this.#frame?.say({ say: "attributes", attributes: first as Attributes });
      case "language":
        this.#language = String(first);
        return this.#speak();
      case "on":
        return this.#on(String(first), second as Listener);
      case "shutdown":
        return this.#shutdown();
      default:
        console.warn("AirDesk:", command);
        return undefined;
    }
  }

  /** Draw the bubble, if it is not there. */
  boot(): void {
    if (this.#bubble !== null) return;
    const shown = () => this.#shown();
    const toggle = () => this.#show(!this.#open);
    this.#bubble = new Bubble(this.#config, toggle, shown);
    this.#visited();
    this.#stopRoutes = watchRoutes(() => {
      for (const pause of [0, TITLE_MS]) setTimeout(() => this.#visited(), pause);
    });
    const storage = this.#storage;
    if (storage.get("session", OPEN_KEY) && !this.#bubble.phone) this.#show(true, false);
    else if (storage.get("local", CHAT_KEY) === "1") this.#load();
    this.#tell("ready", undefined);
  }

  /** @param focus - false when nobody clicked: the page keeps its focus. */
  #show(open: boolean, focus = true): void {
    if (this.#bubble === null || open === this.#open) return;
    this.#open = open;
    if (open) this.#load();
    this.#bubble.show(open);
    this.#shown();
    this.#storage.set("session", OPEN_KEY, open ? "1" : null);
    if (focus && open) this.#frame?.element.focus({ preventScroll: true });
    else if (focus) this.#bubble.focus();
    this.#tell(open ? "open" : "close", undefined);
  }

  #shown(): void {
    this.#bubble?.show(this.#open);
    this.#frame?.say({ say: "shown", open: this.#open, phone: this.#bubble?.phone ?? false });
  }

  /** Load the frame, once. */
  #load(): void {
    if (this.#frame !== null || this.#bubble === null) return;
    const { title } = this.#config;
    const frame = new DeskFrame(
      this.#desk,
      this.#inbox,
      title,
      (body) => this.#said(body),
      () => {
        if (frame !== this.#frame) return;
        // On a phone an empty panel would cover the whole page, with no way back.
        this.#frame = null;
        frame.remove();
        this.#show(false);
        console.warn("AirDesk:", location.origin, this.#desk);
      },
    );
    this.#frame = frame;
    this.#bubble.hold(frame.element);
  }

  #said(body: ToHost): void {
    switch (body.say) {
      case "ready":
        return this.#frame?.say(this.#init());
      case "painted":
        return this.#bubble?.painted(true);
      case "close":
        return this.#show(false);
      case "store":
        return this.#storage.set(body.kind, body.key, body.value);
      case "unread":
        this.#bubble?.unread(body.count);
        return this.#title.say(body.flash);
      case "event":
        return this.#tell(body.name, body.detail);
    }
  }

  #init(): ToFrame {
    return {
      say: "init",
      local: this.#storage.all("local"),
      session: this.#storage.all("session"),
      identity: this.#identity,
      attributes: this.#attributes,
      language: this.#language,
      open: this.#open,
      phone: this.#bubble?.phone ?? false,
      views: this.#trail.take(),
    };
  }

  #identify(identity: HostIdentity): void {
    const storage = this.#storage;
    const known = storage.get("local", USER_KEY);
    // Another customer than before on this device: nothing of the first one is his.
    if (known && known !== identity.userId) this.#forget();
    this.#identity = identity;
    // Whether this customer has a chat is known to the server alone; it is asked once.
    if (known !== identity.userId) this.#load();
    storage.set("local", USER_KEY, identity.userId);
    this.#frame?.say({ say: "identify", identity });
  }

  #speak(): void {
    this.#config = loaderConfig(this.#told, this.#language);
    this.#frame?.say({ say: "language", language: this.#language });
    this.#bubble?.rename(this.#config);
  }

  #visited(): void {
    this.#trail.at(location.href, document.title, Date.now());
    if (this.#frame?.ready) this.#frame.say({ say: "views", views: this.#trail.take() });
    this.#storage.set("session", TRAIL_KEY, this.#trail.text);
  }

  /** Another tab wrote into the storage: its outbox, or another identity. */
  #stored({ key, newValue, storageArea }: StorageEvent): void {
    const own = this.#storage.ownKey(key);
    if (own === null || this.#frame === null || storageArea === sessionStorage) return;
    this.#frame.say({ say: "stored", key: own, value: newValue });
  }

  #on(event: string, listener: Listener): () => void {
    const added = { event, listener };
    this.#listeners.push(added);
    return () => {
      this.#listeners = this.#listeners.filter((known) => known !== added);
    };
  }

  #tell(event: string, detail: unknown): void {
    for (const known of this.#listeners) {
      // In a task of its own: the page's fault must not become ours.
      if (known.event === event) setTimeout(known.listener, 0, detail);
    }
  }

  /** Nothing of the visitor stays, neither here nor in the frame. */
  #forget(): void {
    const open = this.#open;
    this.#frame?.remove();
    this.#frame = null;
    this.#identity = null;
    this.#attributes = {};
    this.#storage.clear();
    this.#trail.take();
    this.#title.say("");
    this.#bubble?.painted(false);
    this.#bubble?.unread(0);
    if (open) this.#load();
  }

  #shutdown(): void {
    this.#open = false;
    this.#forget();
    this.#stopRoutes?.();
    this.#stopRoutes = null;
    this.#bubble?.remove();
    this.#bubble = null;
  }
}
