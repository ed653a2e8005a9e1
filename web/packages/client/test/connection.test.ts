import { expect, test } from "vitest";
import { BackOff, type Clock } from "@airdesk/client";
import { ErrorNumber, limits } from "@airdesk/protocol";
import { VirtualClock } from "./kit/clock.ts";
import { Device } from "./kit/device.ts";
import { Network, type Accept } from "./kit/network.ts";
import { FakePage } from "./kit/page.ts";
import { SeededRandom } from "./kit/random.ts";
import { FakeServer } from "./kit/server.ts";

/** A page, a network and a server without trouble. */
function world(accept?: (server: FakeServer) => Accept, seed = 7) {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const server = new FakeServer(clock, random);
  const network = new Network(clock, random, accept?.(server) ?? server.accept);
  const device = new Device(clock, random);
  const load = () => {
    const page = new FakePage({ clock, random, device, open: network.open });
    page.connection.start();
    return page;
  };
  return { clock, random, server, network, device, load, page: load() };
}

/** Lets promises that were made meanwhile go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function closing(code: number): Accept {
  return (wire) => {
    wire.close(code);
    return { received: () => undefined, closed: () => undefined };
  };
}

test("pauses are anywhere below a bound that doubles from 0.5 s to 30 s", () => {
  const longest = new BackOff(() => 1);
  const pauses = Array.from({ length: 9 }, () => longest.nextMs());
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  longest.reset();
  expect(longest.nextMs()).toBe(500);
  expect(new BackOff(() => 0).nextMs()).toBe(0);
});

test("a page becomes live and shows what it sends", () => {
  const { clock, page, server } = world();
  expect(page.connection.state.name).toBe("connecting");
  const op = page.say("hello");
  expect(page.thread.own).toMatchObject([{ op, text: "hello", accepted: false }]);
  clock.advance(3_000);
  expect(page.connection.state.name).toBe("live");
  expect(server.log.map(({ text }) => text)).toEqual(["", "hello"]);
  expect(page.thread.own).toEqual([]);
});

test("a server that stores nothing is told of after 5 s, and no longer when it answers", () => {
  const { clock, page, server } = world();
  clock.advance(3_000);
  server.full = true;
  page.say("kept");
  clock.advance(5_000);
  expect(page.connection.overdue).toBe(false);
  clock.advance(2_000);
  expect(page.connection.overdue).toBe(true);
  expect(page.connection.state.name).toBe("live");
  server.makeRoom();
  clock.advance(2_000);
  expect(page.connection.overdue).toBe(false);
  expect(server.log.map(({ text }) => text)).toEqual(["", "kept"]);
});

test("a long outbox that is being answered is not overdue", () => {
  const { clock, page, server } = world();
  for (let number = 0; number < 200; number += 1) page.say(`${number}`);
  for (let second = 0; second < 12; second += 1) {
    clock.advance(1_000);
    expect(page.connection.overdue).toBe(false);
  }
  expect(server.log.length).toBeLessThan(201);
});

test("two clicks on one draft are one message", () => {
  const { clock, page, server } = world();
  page.say("hello", 2);
  clock.advance(3_000);
  expect(server.log.filter(({ text }) => text === "hello")).toHaveLength(1);
});

test("a server that is down is tried for ever, and found within 30 s", () => {
  const { clock, page, server, network } = world();
  server.crash();
  clock.advance(3_600_000);
  expect(network.links.length).toBeGreaterThan(100);
  server.up = true;
  clock.advance(31_000);
  expect(page.connection.state.name).toBe("live");
});

test("silence of 30 s is death", () => {
  const { clock, page, network } = world();
  clock.advance(3_000);
  network.links.at(-1)?.starve();
  clock.advance(limits.BEAT_MS);
  expect(page.connection.state.name).toBe("live");
  expect(network.links).toHaveLength(1);
  clock.advance(10_000);
  expect(network.links.length).toBeGreaterThan(1);
  expect(page.connection.state.name).toBe("live");
});

test("beats keep an idle connection alive", () => {
  const { clock, network } = world();
  clock.advance(3_600_000);
  expect(network.links).toHaveLength(1);
});

test("late timers of a hidden page do not end a living connection", () => {
  const { clock, random, network, device } = world();
  const throttled: Clock = {
    nowMs: () => clock.nowMs(),
    after: (ms, call) => clock.after(Math.max(ms, 60_000), call),
  };
  const page = new FakePage({ clock: throttled, random, device, open: network.open });
  page.places.hidden = true;
  page.connection.start();
  clock.advance(3_600_000);
  expect(page.connection.state.name).toBe("live");
  expect(network.links).toHaveLength(2);
});

test("a page that wakes up connects at once", () => {
  const { clock, page, server, network } = world();
  server.crash();
  clock.advance(600_000);
  server.up = true;
  const tries = network.links.length;
  clock.sleep(3_000);
  page.places.signal("visible");
  expect(network.links.length).toBe(tries + 1);
});

test.each(["online", "visible"] as const)("a pause ends when the page is %s", (signal) => {
  const { clock, page, server, network } = world();
  server.crash();
  clock.advance(600_000);
  server.up = true;
  const tries = network.links.length;
  page.places.signal(signal);
  expect(network.links.length).toBe(tries + 1);
  clock.advance(2_000);
  expect(page.connection.state.name).toBe("live");
});

test("without a network the page says so at once", () => {
  const { clock, page, server } = world();
  clock.advance(3_000);
  server.up = false;
  page.places.signal("offline");
  expect(page.connection.state.name).toBe("offline");
});

test("40xx ends it", () => {
  const { clock, page, network } = world(() => closing(ErrorNumber.Fenced));
  clock.advance(600_000);
  expect(page.connection.state).toMatchObject({ name: "ended", number: ErrorNumber.Fenced });
  expect(network.links).toHaveLength(1);
});

test("41xx asks for another token and goes on with it", async () => {
  let closes = 1;
  const { clock, page } = world(
    (server) => (wire) =>
      closes-- > 0 ? closing(ErrorNumber.TokenExpired)(wire) : server.accept(wire),
  );
  clock.advance(1_000);
  expect(page.renewals).toEqual([{ refused: "first", number: ErrorNumber.TokenExpired }]);
  await settled();
  clock.advance(3_000);
  expect(page.connection.state.name).toBe("live");
});

test("41xx without another token ends it", async () => {
  const { clock, page, network } = world(() => closing(ErrorNumber.BadToken));
  page.nextToken = null;
  clock.advance(1_000);
  await settled();
  clock.advance(600_000);
  expect(page.connection.state).toMatchObject({ name: "ended", number: ErrorNumber.BadToken });
  expect(network.links).toHaveLength(1);
});

test("45xx is tried again", () => {
  const { clock, network } = world(() => closing(ErrorNumber.HomeUnavailable));
  clock.advance(60_000);
  expect(network.links.length).toBeGreaterThan(3);
});

test("a thousand messages stay below the server's limits and arrive in order", () => {
  const { clock, page, server } = world();
  const texts = Array.from({ length: 1_000 }, (_, n) => `message ${n}`);
  for (const text of texts) page.say(text);
  clock.advance(180_000);
  expect(server.violations).toEqual([]);
  expect(server.log.slice(1).map(({ text }) => text)).toEqual(texts);
});

test("another tab shows what waits, and takes over when the draining tab dies", () => {
  const { clock, page, server, load } = world();
  const other = load();
  clock.advance(3_000);
  expect([page, other].filter(({ connection }) => connection.draining)).toHaveLength(1);
  const drainer = page.connection.draining ? page : other;
  const waiter = drainer === page ? other : page;
  waiter.say("from the waiting tab");
  expect(waiter.thread.own).toHaveLength(1);
  drainer.die();
  clock.advance(3_000);
  expect(server.log.at(-1)?.text).toBe("from the waiting tab");
  expect(waiter.connection.draining).toBe(true);
  expect(waiter.thread.own).toEqual([]);
});

test("a refusal is told to the tab that made the command", () => {
  const { clock, page, load } = world();
  const other = load();
  clock.advance(3_000);
  for (const tab of [page, other]) {
    const op = tab.say("!no");
    clock.advance(3_000);
    expect(tab.answers.filter((answer) => answer.op === op)).toMatchObject([
      { refusal: { number: ErrorNumber.TextRefused }, command: { text: "!no" } },
    ]);
    expect(tab.thread.own).toEqual([]);
  }
});

test("what was sent just before a reload is there again and arrives once", () => {
  const { clock, page, server, load } = world();
  clock.advance(3_000);
  page.say("just before");
  page.die();
  const again = load();
  expect(again.thread.own).toMatchObject([{ text: "just before" }]);
  clock.advance(5_000);
  expect(server.log.filter(({ text }) => text === "just before")).toHaveLength(1);
  expect(again.thread.own).toEqual([]);
});

test("after a reload nothing overtakes what the page sent before, by whichever tab it goes", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const { clock, page, server, load } = world(undefined, seed);
    clock.advance(2_000);
    expect(page.connection.draining).toBe(true);
    const before = load();
    before.say("first");
    before.die();
    load().say("second");
    clock.advance(2_000);
    const texts = server.log.slice(1).map(({ text }) => text);
    expect(texts, `seed ${seed}`).toEqual(["first", "second"]);
  }
});
