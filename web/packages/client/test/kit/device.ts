import {
  inOrder,
  type DrainLock,
  type OutboxPlaces,
  type OutboxStore,
  type PageSignals,
  type SignalWatcher,
  type StoreWatcher,
  type StoredCommand,
  type TabChannel,
} from "@airdesk/client";
import type { Id } from "@airdesk/protocol";
import type { VirtualClock } from "./clock.ts";
import type { SeededRandom } from "./random.ts";

const PROPAGATION_MS_MAX = 60;

/** A browser profile: one store, one lock, one channel; what one tab does others see later. */
export class Device {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly truth = new Map<Id, StoredCommand>();
  readonly tabs = new Set<TabPlaces>();
  readonly #waiting: { readonly tab: TabPlaces; readonly held: () => void }[] = [];
  #holder: TabPlaces | null = null;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.random = random;
  }

  /** The places of a new tab. */
  openTab(): TabPlaces {
    const tab = new TabPlaces(this);
    this.tabs.add(tab);
    return tab;
  }

  /** The tab died, between any two of its effects. */
  closeTab(tab: TabPlaces): void {
    tab.alive = false;
    this.tabs.delete(tab);
    this.release(tab);
  }

  /**
   * Let the other tabs see something, later: changes of the store in one order for all, as a
   * browser has one store; what is posted in the order of each sender alone.
   */
  spread(from: TabPlaces, lane: object, effect: (tab: TabPlaces) => void): void {
    for (const tab of this.tabs) {
      if (tab !== from) tab.later(lane, () => effect(tab));
    }
  }

  wait(tab: TabPlaces, held: () => void): () => void {
    const request = { tab, held };
    this.#waiting.push(request);
    this.#grantLater();
    return () => {
      const at = this.#waiting.indexOf(request);
      if (at >= 0) this.#waiting.splice(at, 1);
      else this.release(tab);
    };
  }

  release(tab: TabPlaces): void {
    if (this.#holder !== tab) return;
    this.#holder = null;
    this.#grantLater();
  }

  #grantLater(): void {
    this.clock.after(this.random.below(PROPAGATION_MS_MAX), () => {
      if (this.#holder !== null) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (!next.tab.alive) return this.#grantLater();
      this.#holder = next.tab;
      next.held();
    });
  }
}

/** One tab's end of the device. */
export class TabPlaces implements OutboxPlaces, OutboxStore, DrainLock, TabChannel, PageSignals {
  readonly store = this;
  readonly lock = this;
  readonly channel = this;
  alive = true;
  hidden = false;
  readonly #device: Device;
  readonly #view: Map<Id, StoredCommand>;
  readonly #storeWatchers = new Set<StoreWatcher>();
  readonly #signalWatchers = new Set<SignalWatcher>();
  readonly #listeners = new Set<(text: string) => void>();
  readonly #seenMs = new Map<object, number>();
  /** Effects until the tab dies; called at each, it may end the tab before the effect. */
  effect: () => void = () => undefined;

  constructor(device: Device) {
    this.#device = device;
    this.#view = new Map(device.truth);
  }

  put(entry: StoredCommand): boolean {
    this.effect();
    if (!this.alive) return false;
    const { op } = entry.command;
    this.#device.truth.set(op, entry);
    this.#view.set(op, entry);
    this.#device.spread(this, this.#device.truth, (tab) => {
      tab.#view.set(op, entry);
      for (const watcher of tab.#storeWatchers) watcher.added(entry);
    });
    return true;
  }

  remove(op: Id): void {
    this.effect();
    if (!this.alive) return;
    this.#device.truth.delete(op);
    this.#view.delete(op);
    this.#device.spread(this, this.#device.truth, (tab) => {
      tab.#view.delete(op);
      for (const watcher of tab.#storeWatchers) watcher.removed(op);
    });
  }

  list(): StoredCommand[] {
    return inOrder(this.#view.values());
  }

  watch(watcher: StoreWatcher & SignalWatcher): () => void;
  watch(watcher: StoreWatcher | SignalWatcher): () => void;
  watch(watcher: StoreWatcher | SignalWatcher): () => void {
    if ("added" in watcher) {
      this.#storeWatchers.add(watcher);
      return () => this.#storeWatchers.delete(watcher);
    }
    this.#signalWatchers.add(watcher);
    return () => this.#signalWatchers.delete(watcher);
  }

  request(held: () => void): () => void {
    return this.#device.wait(this, held);
  }

  post(text: string): void {
    this.effect();
    if (!this.alive) return;
    this.#device.spread(this, this, (tab) => {
      for (const heard of tab.#listeners) heard(text);
    });
  }

  listen(heard: (text: string) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** The browser says something. */
  signal(name: keyof SignalWatcher): void {
    for (const watcher of this.#signalWatchers) watcher[name]();
  }

  later(lane: object, effect: () => void): void {
    const { clock, random } = this.#device;
    const soonest = clock.nowMs() + random.below(PROPAGATION_MS_MAX);
    const at = Math.max(soonest, this.#seenMs.get(lane) ?? 0);
    this.#seenMs.set(lane, at);
    clock.after(at - clock.nowMs(), () => {
      if (this.alive) effect();
    });
  }
}
