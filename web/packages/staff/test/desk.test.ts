import { Mint, Thread } from "@airdesk/client";
import { messages } from "@airdesk/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/api.ts";
import { Problem } from "../src/api/problem.ts";
import { Attachments, FILE_BYTES_MAX } from "../src/desk/attachments.ts";
import { askedFor, filled, offered } from "../src/desk/canned.ts";
import { Drafts } from "../src/desk/drafts.ts";
import { linesOf, reachOf, type LineContext } from "../src/desk/lines.ts";
import { markedParts } from "../src/desk/marked.ts";
import { People } from "../src/desk/people.ts";
import { ThreadLines } from "../src/desk/thread_lines.ts";
import { Unsent } from "../src/desk/unsent.ts";
import { snoozeChoices } from "../src/desk/snooze.ts";

const YOU = "0192f0c1-a2b3-7c4d-8e5f-000000000a01";
const VISITOR = "0192f0c1-a2b3-7c4d-8e5f-000000001101";
const CONVERSATION = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const OPENED = new Date(2026, 4, 20, 10, 0).getTime();

const context: LineContext = {
  conversation: CONVERSATION,
  you: YOU,
  visitor: VISITOR,
  participants: [YOU],
};

function threadOf(...events: Partial<messages.Event>[]): Thread {
  const thread = new Thread();
  thread.frame = { openedMs: OPENED, serverAheadMs: 0, ownAuthor: 3 };
  events.forEach((event, place) => {
    const at = { ref: 1, seq: place + 1, prev: place, dt_ms: place * 1000, kind: 3 };
    thread.add(messages.Event.make({ ...at, ...event }));
  });
  return thread;
}

describe("the lines of a conversation", () => {
  it("name who wrote, and join what one author says in a row", () => {
    const thread = threadOf(
      { kind: 1, author: 0 },
      { author: 0, text: "a" },
      { author: 0, text: "b" },
      { author: 2, text: "c" },
      { author: 3, text: "d", op: YOU },
    );
    const lines = linesOf(thread, context);
    expect(lines.map(({ kind }) => kind)).toEqual([
      "day",
      "event",
      "message",
      "message",
      "message",
      "message",
    ]);
    const said = lines.filter((line) => line.kind === "message");
    expect(said.map(({ author }) => author)).toEqual(["visitor", "visitor", "bot", "agent"]);
    expect(said.map(({ follows }) => follows)).toEqual([false, true, false, false]);
    expect(said.map(({ own }) => own)).toEqual([false, false, false, true]);
    expect(said[0]?.authorId).toBe(VISITOR);
  });

  it("say how far an own message has come; a note goes to nobody", () => {
    const own = { author: 3, text: "x" };
    const thread = threadOf(own, own, own, own, own, { ...own, kind: 4 });
    const marks = { delivered: 4, read: 3 };
    const states = linesOf(thread, context).flatMap((line) =>
      line.kind === "message" ? [reachOf(line, marks)] : [],
    );
    expect(states).toEqual(["read", "read", "read", "delivered", "sent", "sent"]);
  });

  it("begin each day with its name", () => {
    const thread = threadOf({ text: "a" }, { text: "b", dt_ms: 24 * 3_600_000 });
    const kinds = linesOf(thread, context).map(({ kind }) => kind);
    expect(kinds).toEqual(["day", "message", "day", "message"]);
  });

  it("carry files and the bot's answers", () => {
    const file = { file: YOU, bytes: 7, media_type: "image/png", width: 4, height: 3 };
    const lines = linesOf(
      threadOf({ text: "a.png", file, author: 0 }, { text: "q", author: 2, options: ["yes"] }),
      context,
    );
    expect(lines[1]).toMatchObject({ text: "a.png", file, isFile: true });
    expect(lines[2]).toMatchObject({ options: ["yes"], isFile: false });
  });

  it("show what is on its way after all else, a file as a file", () => {
    const thread = threadOf({ author: 0, text: "a" });
    const command = messages.Send.make({ op: YOU, where: CONVERSATION, text: "a.pdf", file: "t" });
    thread.setPending([{ command, order: OPENED + 5_000 }]);
    expect(linesOf(thread, context).at(-1)).toMatchObject({
      state: "pending",
      own: true,
      isFile: true,
      text: "a.pdf",
    });
  });

  it("pass over what is no news and what is not known", () => {
    const thread = threadOf({ kind: 2, subject: YOU }, { kind: 99 });
    expect(linesOf(thread, context)).toEqual([]);
  });
});

describe("lines that are kept", () => {
  const said = (seq: number, more: Partial<messages.Event> = {}) =>
    messages.Event.make({ ref: 1, seq, prev: seq - 1, dt_ms: seq * 1000, kind: 3, ...more });
  const older = (seqs: readonly number[]) =>
    messages.Page.make({
      ref: 1,
      before: (seqs.at(-1) ?? 0) + 1,
      at_start: seqs[0] === 1,
      events: seqs.map((seq) => {
        const { type: _type, ref: _ref, op: _op, ...event } = said(seq, { text: `${seq}` });
        return event;
      }),
    });

  it("are what all lines made anew would be, whatever comes in which order", () => {
    const thread = new Thread();
    thread.frame = { openedMs: OPENED, serverAheadMs: 0, ownAuthor: 3 };
    const kept = new ThreadLines();
    const check = () => expect(kept.of(thread, context)).toEqual(linesOf(thread, context));
    check();
    thread.add(said(20, { author: 0, text: "a" }));
    check();
    thread.add(said(21, { author: 0, text: "b", dt_ms: 26 * 3_600_000 }));
    thread.add(said(22, { kind: 99 }));
    check();
    thread.prepend(older([17, 18, 19]));
    check();
    const command = messages.Send.make({ op: YOU, where: CONVERSATION, text: "c" });
    thread.setPending([{ command, order: OPENED }]);
    check();
    thread.add(said(23, { author: 3, op: YOU, text: "c", dt_ms: 26 * 3_600_001 }));
    check();
    thread.reset();
    thread.add(said(40, { author: 0 }));
    check();
    expect(kept.of(thread, { ...context, participants: [] })).toEqual(
      linesOf(thread, { ...context, participants: [] }),
    );
  });

  it("are the same array while nothing changed, and share what was there before", () => {
    const thread = threadOf({ author: 0, text: "a" }, { author: 0, text: "b" });
    const kept = new ThreadLines();
    const first = kept.of(thread, context);
    expect(kept.of(thread, context)).toBe(first);
    thread.add(said(3, { author: 0, text: "c" }));
    const second = kept.of(thread, context);
    expect(second).not.toBe(first);
    first.forEach((line, place) => expect(second[place]).toBe(line));
  });
});

describe("refused messages", () => {
  it("outlive a reload until the person decides", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
      removeItem: (name: string) => void kept.delete(name),
    } as unknown as Storage;
    const refused = { op: YOU, conversation: "a", text: "hi", file: "", note: false, mentions: [] };
    const whole = { ...refused, atMs: 1, number: 4203, detail: "no" };
    new Unsent(storage, YOU, () => undefined).add(whole);
    expect(new Unsent(storage, VISITOR, () => undefined).of("a")).toEqual([]);
    const again = new Unsent(storage, YOU, () => undefined);
    expect(again.of("a")).toEqual([whole]);
    expect(again.of("b")).toEqual([]);
    expect(again.take(YOU)).toEqual(whole);
    expect(again.take(YOU)).toBeUndefined();
    expect(kept.size).toBe(0);
  });

  it("are none where what was kept cannot be read", () => {
    const storage = { getItem: () => "{" } as unknown as Storage;
    expect(new Unsent(storage, YOU, () => undefined).of("a")).toEqual([]);
  });
});

describe("canned replies", () => {
  const all = [
    { canned_id: "1", shortcut: "refund", text: "The refund is on its way." },
    { canned_id: "2", shortcut: "hi", text: "Hello {{visitor}}, here is {{ agent }}." },
    { canned_id: "3", shortcut: "hours", text: "We answer refunds from 9 to 18." },
  ];

  it("are asked for by a slash at the beginning, and by nothing else", () => {
    expect(askedFor("/")).toBe("");
    expect(askedFor("/退款")).toBe("退款");
    for (const text of ["", "and/or", "/two words", " /hi"]) expect(askedFor(text)).toBeNull();
  });

  it("are found by shortcut first, then by their words", () => {
    const found = (asked: string) => offered(all, asked).map(({ canned_id }) => canned_id);
    expect(found("h")).toEqual(["2", "3", "1"]);
    expect(found("REFUND")).toEqual(["1", "3"]);
    expect(found("none of them")).toEqual([]);
  });

  it("are filled with names, and leave no hole where there is none", () => {
    const text = all[1]?.text ?? "";
    const names = { visitor: "Emma", agent: "Anna", inbox: "Shop" };
    expect(filled(text, names)).toBe("Hello Emma, here is Anna.");
    expect(filled(text, { ...names, visitor: "" })).toBe("Hello, here is Anna.");
    expect(filled("{{contact.name}} {{agent.name}} {{inbox.name}}", names)).toBe("Emma Anna Shop");
    expect(filled("{{visitor}}", { ...names, visitor: "$& {{agent}}" })).toBe("$& {{agent}}");
    expect(filled("Use {{order.id}} here", names)).toBe("Use {{order.id}} here");
  });
});

describe("the times to come back", () => {
  const names = (now: Date) => snoozeChoices(now.getTime()).map(({ name }) => name);

  it("are those that make sense now, and all in the future", () => {
    expect(names(new Date(2026, 4, 20, 10))).toEqual(["hour", "evening", "tomorrow", "monday"]);
    expect(names(new Date(2026, 4, 20, 17))).not.toContain("evening");
    expect(names(new Date(2026, 4, 24, 10))).not.toContain("monday");
    const now = new Date(2026, 4, 20, 10).getTime();
    for (const { untilMs } of snoozeChoices(now)) expect(untilMs).toBeGreaterThan(now);
  });
});

describe("what was found", () => {
  it("is marked by code points, so that no sign is cut in two", () => {
    expect(markedParts("👩 order 7", [[2, 7]])).toEqual([
      { part: "👩 ", isMarked: false },
      { part: "order", isMarked: true },
      { part: " 7", isMarked: false },
    ]);
    expect(markedParts("x", [])).toEqual([{ part: "x", isMarked: false }]);
  });
});

describe("drafts", () => {
  const mint = new Mint(
    { nowMs: () => 0, after: () => () => undefined },
    { unit: () => 0, bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
  );

  function keeping() {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
      removeItem: (name: string) => void kept.delete(name),
    } as unknown as Storage;
    return { kept, storage };
  }

  it("outlive a reload, each in its conversation, until they are sent", () => {
    const { kept, storage } = keeping();
    new Drafts(mint, storage, YOU).edit("a", "half a sen");
    const again = new Drafts(mint, storage, YOU);
    expect(again.text("a")).toBe("half a sen");
    expect(again.text("b")).toBe("");
    expect(again.take("a")?.text).toBe("half a sen");
    expect(again.take("a")).toBeNull();
    expect(kept.size).toBe(0);
  });

  it("are not another person's", () => {
    const { storage } = keeping();
    new Drafts(mint, storage, YOU).edit("a", "secret");
    expect(new Drafts(mint, storage, VISITOR).text("a")).toBe("");
  });
});

/** Answers of the server that a test gives by hand. */
class HeldAnswers {
  readonly asked: string[] = [];
  readonly #held: { resolve: (value: unknown) => void; reject: (problem: Problem) => void }[] = [];

  readonly api = {
    get: (path: string, query: Record<string, unknown> = {}) =>
      this.#hold(`${path} ${JSON.stringify(query)}`),
    all: (path: string) => this.#hold(path),
    upload: (path: string, _: Blob, progress: (part: number) => void) => {
      progress(0.5);
      return { done: this.#hold(path), cancel: () => this.asked.push(`cancel ${path}`) };
    },
  } as unknown as Api;

  async answer(value: unknown): Promise<void> {
    this.#held.shift()?.resolve(value);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async refuse(problem: Problem): Promise<void> {
    this.#held.shift()?.reject(problem);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #hold(asked: string): Promise<unknown> {
    this.asked.push(asked);
    return new Promise((resolve, reject) => this.#held.push({ resolve, reject }));
  }
}

describe("names of visitors", () => {
  it("are asked for once, few at a time, and again when a while has passed without one", async () => {
    const server = new HeldAnswers();
    let nowMs = 0;
    const people = new People(
      server.api,
      () => undefined,
      () => nowMs,
    );
    for (let n = 0; n < 6; n += 1) people.visitorName(`v${n}`);
    people.visitorName("v0");
    expect(server.asked).toHaveLength(4);
    await server.answer({ items: [], next: null });
    expect(server.asked).toHaveLength(5);
    expect(people.visitorName("v0")).toBe("");
    expect(server.asked).toHaveLength(5);
    for (let n = 0; n < 5; n += 1) await server.answer({ items: [], next: null });
    nowMs = 60_000;
    people.visitorName("v0");
    await server.answer({ items: [{ name: "Emma", email: "", visitor_ids: [] }], next: null });
    expect(people.visitorName("v0")).toBe("Emma");
  });

  it("are missed without harm when the server refuses", async () => {
    const server = new HeldAnswers();
    const people = new People(
      server.api,
      () => undefined,
      () => 0,
    );
    expect(people.agentName(YOU)).toBe("");
    await server.refuse(new Problem(403, "no"));
    expect(people.agentName(YOU)).toBe("");
  });
});

describe("files in the box", () => {
  beforeEach(() => {
    vi.stubGlobal("URL", {
      ...URL,
      createObjectURL: () => "blob:1",
      revokeObjectURL: () => undefined,
    });
    return () => vi.unstubAllGlobals();
  });

  const pdf = (bytes = 3) =>
    new File([new Uint8Array(bytes)], "a.pdf", { type: "application/pdf" });

  it("can be sent when all of their bytes are there, and are taken once", async () => {
    const server = new HeldAnswers();
    const files = new Attachments(server.api, () => undefined);
    files.add("c", [pdf()]);
    expect(server.asked).toEqual(["/api/v1/conversations/c/files?name=a.pdf"]);
    expect(files.of("c")[0]).toMatchObject({ progress: 0.5, ticket: "" });
    expect(files.takeReady("c")).toEqual([]);
    await server.answer({ file: {}, ticket: "t1" });
    expect(files.takeReady("c").map(({ ticket }) => ticket)).toEqual(["t1"]);
    expect(files.of("c")).toEqual([]);
  });

  it("can be tried again after a break in the middle", async () => {
    const server = new HeldAnswers();
    const files = new Attachments(server.api, () => undefined);
    files.add("c", [pdf()]);
    await server.refuse(new Problem(0, "no answer"));
    const [broken] = files.of("c");
    expect(broken?.problem?.status).toBe(0);
    files.again("c", broken?.key ?? 0);
    await server.answer({ file: {}, ticket: "t2" });
    expect(files.of("c")[0]).toMatchObject({ ticket: "t2", problem: null });
  });

  it("are refused at once when they are too large", () => {
    const server = new HeldAnswers();
    const files = new Attachments(server.api, () => undefined);
    files.add("c", [pdf(FILE_BYTES_MAX + 1)]);
    expect(server.asked).toEqual([]);
    expect(files.of("c")[0]?.problem?.status).toBe(413);
  });

  it("stop their upload when they are taken out", () => {
    const server = new HeldAnswers();
    const files = new Attachments(server.api, () => undefined);
    files.add("c", [pdf()]);
    files.remove("c", files.of("c")[0]?.key ?? 0);
    expect(server.asked.at(-1)).toBe("cancel /api/v1/conversations/c/files?name=a.pdf");
    expect(files.of("c")).toEqual([]);
  });
});
