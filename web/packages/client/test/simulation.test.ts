import { expect, test } from "vitest";
import { VirtualClock } from "./kit/clock.ts";
import { Device } from "./kit/device.ts";
import { Network } from "./kit/network.ts";
import { FakePage } from "./kit/page.ts";
import { SeededRandom } from "./kit/random.ts";
import { CONVERSATION, FakeServer } from "./kit/server.ts";

const SEEDS = 320;
const STEPS = 200;
const TABS = 3;

/** A tab of the browser: what is loaded in it changes, what its person sent stays. */
interface Tab {
  page: FakePage | null;
  readonly sent: string[];
}

/** One device with several tabs, a bad network and a server that crashes. */
class World {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly device: Device;
  readonly server: FakeServer;
  readonly network: Network;
  readonly tabs: Tab[] = Array.from({ length: TABS }, () => ({ page: null, sent: [] }));
  readonly counts = new Map<string, number>();
  readonly promised: string[] = [];
  #said = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.device = new Device(this.clock, this.random);
    this.server = new FakeServer(this.clock, this.random);
    this.server.trouble = 1;
    this.network = new Network(this.clock, this.random, this.server.accept);
    this.load(this.tabs[0] as Tab);
  }

  load(tab: Tab): void {
    tab.page?.die();
    const { clock, random, device } = this;
    tab.page = new FakePage({ clock, random, device, open: this.network.open });
    tab.page.connection.start();
  }

  say(tab: Tab): void {
    this.#said += 1;
    const text = `${this.random.chance(0.05) ? "!" : ""}message ${this.#said}`;
    const { page } = tab;
    if (!page?.alive) return;
    const op = page.say(text, 1 + this.random.below(2));
    // A tab that died before the store had it never showed it as sent.
    if (this.device.truth.has(op) || page.alive || this.server.answers.has(op)) {
      this.promised.push(op);
      tab.sent.push(op);
    }
  }

  step(): void {
    const tab = this.random.pick(this.tabs);
    const [name, act] = this.random.pick(ACTIONS);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    act(this, tab);
    this.clock.advance(this.random.pick([0, 0, 20, 100, 500, 3_000]));
    for (const { page } of this.tabs) if (page?.alive) this.check(page);
  }

  /** Everything works again; time enough for all to arrive. */
  heal(): void {
    this.server.trouble = 0;
    this.server.up = true;
    for (const tab of this.tabs) if (!tab.page?.alive) this.load(tab);
    for (const { page } of this.tabs) {
      page?.places.signal("online");
      page?.lightFuse(Infinity);
    }
    this.clock.advance(240_000);
  }

  /** What is on the screen is a piece of the log without a hole, and nothing twice. */
  check(page: FakePage): void {
    const { events, own } = page.thread;
    const log = this.server.visible;
    const from = log.findIndex(({ seq }) => seq === page.thread.firstSeq);
    const expected = log.slice(from, from + events.length).map(({ seq, text }) => `${seq} ${text}`);
    if (events.length) expect(events.map(({ seq, text }) => `${seq} ${text}`)).toEqual(expected);
    const texts = [...events, ...own].map(({ text }) => text).filter((text) => text !== "");
    expect(new Set(texts).size).toBe(texts.length);
  }

  checkEnd(): void {
    const stored = this.server.log.map(({ op }) => op).filter((op) => op !== "");
    const wanted = this.promised.filter((op) => !this.server.refused.has(op));
    expect([...stored].sort()).toEqual([...wanted].sort());
    for (const { sent, page } of this.tabs) {
      const mine = new Set(sent);
      expect(stored.filter((op) => mine.has(op))).toEqual(sent.filter((op) => stored.includes(op)));
      expect(page?.connection.state.name).toBe("live");
      expect(page?.thread.lastSeq).toBe(this.server.visible.at(-1)?.seq);
      expect(page?.thread.own).toEqual([]);
      expect(page?.connection.pending).toEqual([]);
      this.check(page as FakePage);
    }
    expect(this.device.truth.size).toBe(0);
    expect(this.server.violations).toEqual([]);
    expect(this.tabs.filter(({ page }) => page?.connection.draining)).toHaveLength(1);
  }
}

type Action = readonly [name: string, act: (world: World, tab: Tab) => void];

const ACTIONS: readonly Action[] = [
  ...Array.from({ length: 6 }, (): Action => ["say", (world, tab) => world.say(tab)]),
  [
    "say much",
    (world, tab) => {
      for (let n = world.random.below(40); n > 0; n -= 1) world.say(tab);
    },
  ],
  ["agent says", (world) => void world.server.append(3, 3, `agent ${world.server.log.length}`, "")],
  ["agent notes", (world) => void world.server.append(4, 3, "secret", "")],
  ["load", (world, tab) => world.load(tab)],
  ["close", (_world, tab) => tab.page?.die()],
  ["die between", (world, tab) => tab.page?.lightFuse(world.random.below(6))],
  [
    "sever",
    (world) => {
      const alive = world.network.links.filter((link) => link.alive);
      if (alive.length) world.random.pick(alive).sever();
    },
  ],
  ["starve", (world) => world.network.links.at(-1)?.starve()],
  ["server crashes", (world) => world.server.crash()],
  ["server returns", (world) => (world.server.up = true)],
  ["server returns", (world) => (world.server.up = true)],
  ["offline", (_world, tab) => tab.page?.places.signal("offline")],
  ["online", (_world, tab) => tab.page?.places.signal("online")],
  ["look", (_world, tab) => tab.page?.places.signal("visible")],
  ["sleep", (world) => world.clock.sleep(world.random.below(90_000))],
  ["scroll", (_world, { page }) => page?.connection.history(CONVERSATION, page.thread.firstSeq)],
  ["wait", (world) => world.clock.advance(world.random.below(40_000))],
];

test("whatever breaks, each message arrives once, in order, and no view has a hole", () => {
  const counts = new Map<string, number>();
  let stored = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const world = new World(seed);
    try {
      for (let step = 0; step < STEPS; step += 1) world.step();
      world.heal();
      world.checkEnd();
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
    for (const [name, count] of world.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    stored += world.server.answers.size;
  }
  expect(stored).toBeGreaterThan(20 * SEEDS);
  expect(counts.size).toBe(new Set(ACTIONS.map(([name]) => name)).size);
});
