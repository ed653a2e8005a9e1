import { describe, expect, it } from "vitest";
import { speaker, type AgentPresence, type Line } from "@airdesk/staff";
import { messagesAfter, newestSeq } from "../src/agent/chat/below.ts";
import { transferChoices } from "../src/agent/chat/transfer_choices.ts";
import { mentionAsked, mentionsIn } from "../src/agent/chat/mentions.ts";
import { neighbour } from "../src/agent/keys/neighbour.ts";
import { keyOf, keysInWords } from "../src/agent/keys/keys.ts";
import { consoleWords } from "../src/words/index.ts";
import type { ListItem } from "../src/agent/lists/lists.ts";
import { settledOrder } from "../src/agent/lists/settled_order.ts";

function item(id: string): ListItem {
  return {
    id,
    visitor: id,
    name: id,
    status: "assigned",
    lastMs: 0,
    text: "",
    said: "",
    unread: 0,
    assignee: "",
    inbox: "",
    labels: [],
    priority: 0,
    snoozedUntilMs: 0,
    waitingSinceMs: 0,
  };
}

describe("the lines under the pointer", () => {
  const [a, b, c, d] = [item("a"), item("b"), item("c"), item("d")] as const;
  const ids = (items: readonly ListItem[]) => items.map(({ id }) => id).join("");

  it("stay where they are while it is there, and say what changed", () => {
    const order = settledOrder([a, b, c], [d, c, a], true);
    expect(ids(order.items)).toBe("abc");
    expect([...order.gone]).toEqual(["b"]);
    expect(order.fresh).toBe(1);
  });

  it("take what comes below the last one", () => {
    const order = settledOrder([a, b], [a, b, c, d], true);
    expect([ids(order.items), order.fresh]).toEqual(["abcd", 0]);
  });

  it("are in the order of the list once it is gone", () => {
    const order = settledOrder([a, b, c], [d, c, a], false);
    expect([ids(order.items), order.gone.size, order.fresh]).toEqual(["dca", 0, 0]);
  });

  it("show what is known of them now", () => {
    const fresh = { ...a, unread: 2 };
    expect(settledOrder([a, b], [b, fresh], true).items[0]).toBe(fresh);
  });
});

describe("what came since the end was left", () => {
  const said = (seq: number, more: object = {}) =>
    ({ kind: "message", key: `${seq}`, seq, own: false, ...more }) as Line;
  const day = { kind: "day", key: "d", atMs: 0 } as Line;
  const event = { ...said(5), kind: "event" } as Line;

  it("is counted in messages of others; days, events and own ones are no news", () => {
    const lines = [said(3), said(4), day, event, said(6), said(7, { own: true }), said(8)];
    expect(messagesAfter(lines, 4)).toBe(2);
    expect(messagesAfter(lines, 8)).toBe(0);
    expect(messagesAfter([...lines, said(0, { own: true })], 4)).toBe(2);
  });

  it("begins behind the newest line that the server knows", () => {
    expect(newestSeq([said(3), said(4), said(0, { own: true })])).toBe(4);
    expect(newestSeq([said(3), event, day])).toBe(5);
    expect(newestSeq([])).toBe(0);
  });
});

describe("colleagues in a note", () => {
  const agents = [
    { id: "1", name: "Anna" },
    { id: "2", name: "Anna Berg" },
    { id: "3", name: "王宁" },
  ];

  it("are asked for by an @ before the caret, also behind Chinese, and by no address of mail", () => {
    expect(mentionAsked("Ask @An", 7)).toEqual({ word: "An", begin: 4 });
    expect(mentionAsked("请@王", 3)).toEqual({ word: "王", begin: 1 });
    expect(mentionAsked("a@b.example", 11)).toBeNull();
    expect(mentionAsked("Ask @Anna ", 10)).toBeNull();
    expect(mentionAsked("Ask @An now", 3)).toBeNull();
  });

  it("are those whose names stand there; of two names the longer one", () => {
    expect(mentionsIn("@Anna Berg and @王宁, look", agents)).toEqual(["2", "3"]);
    expect(mentionsIn("@Anna Berg, @Anna", agents)).toEqual(["2", "1"]);
    expect(mentionsIn("Anna", agents)).toEqual([]);
  });
});

describe("those to whom a conversation may be handed", () => {
  const say = speaker(consoleWords, "en");
  const named = (id: string) => ({ id, name: id });
  const now = (
    agent_id: string,
    availability: AgentPresence["availability"],
    load: number,
  ): AgentPresence => ({ ...{ agent_id, availability, load }, capacity: 4, connections: 1 });
  const team = (team_id: string, member_ids: string[]) => ({ team_id, name: team_id, member_ids });
  const sources = {
    you: "me",
    agents: ["away", "busy", "closed", "full", "free", "me"].map(named),
    teams: [team("none", []), team("gone", ["away", "busy"]), team("there", ["free", "away"])],
  };
  const presence = [
    now("away", "offline", 0),
    now("busy", "busy", 1),
    now("full", "online", 4),
    now("free", "online", 2),
    now("me", "online", 0),
  ];

  it("are who is there first, and of those the one with least to do", () => {
    const choices = transferChoices({ ...sources, presence }, say);
    expect(choices.map(({ name, hint, isDisabled }) => [name, hint, isDisabled])).toEqual([
      ["there", "Team of 2, 1 online", false],
      ["none", "Team without members", true],
      ["gone", "Team of 2, nobody online", false],
      ["free", "Online, 2 of 4 chats", false],
      ["full", "Online, 4 of 4 chats", false],
      ["busy", "Busy, 1 of 4 chats", false],
      ["away", "Offline: cannot take it now", true],
    ]);
  });

  it("are all of them while nobody knows who is there", () => {
    const choices = transferChoices({ ...sources, presence: undefined }, say);
    expect(choices.filter(({ isDisabled }) => isDisabled).map(({ name }) => name)).toEqual([
      "none",
    ]);
    expect(choices.map(({ name }) => name)).toEqual(
      ["none", "gone", "there"].concat(["away", "busy", "closed", "full", "free"]),
    );
  });
});

describe("keys", () => {
  const pressed = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: "" };

  it("are named the same with Shift, with Alt and while an input method listens", () => {
    expect(keyOf({ ...pressed, key: "E", code: "KeyE", shiftKey: true })).toBe("shift+e");
    expect(keyOf({ ...pressed, key: "?", code: "Slash", shiftKey: true })).toBe("?");
    expect(keyOf({ ...pressed, key: "Process", code: "KeyJ" })).toBe("j");
    expect(keyOf({ ...pressed, key: "ArrowDown", altKey: true })).toBe("alt+down");
    expect(keyOf({ ...pressed, key: "k", code: "KeyK", ctrlKey: true })).toBe("mod+k");
  });

  it("are written as on a keyboard", () => {
    expect(keysInWords("mod+k")).toBe("Ctrl+K");
    expect(keysInWords("g m")).toBe("G M");
    expect(keysInWords("alt+down")).toBe("Alt+↓");
  });
});

describe("the next conversation", () => {
  it("is the neighbour in the list, and at its end the same", () => {
    expect(neighbour(["a", "b"], "a", 1)).toBe("b");
    expect(neighbour(["a", "b"], "b", 1)).toBe("b");
    expect(neighbour(["a", "b"], "x", -1)).toBe("a");
    expect(neighbour([], "x", 1)).toBe("");
  });
});
