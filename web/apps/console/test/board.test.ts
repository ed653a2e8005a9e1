import { describe, expect, it } from "vitest";
import type { Member } from "@airdesk/staff";
import { agentLines, clock, fullness, type Board } from "../src/supervisor/board.ts";
import { placeOf, visitorName } from "../src/visitors/names.ts";
import { deviceWords, kindOf } from "../src/visitors/online.ts";

const seat = (user_id: string, is_active = true) =>
  ({ user_id, name: user_id, capacity: 5, is_active }) as Member;
const agent = (agent_id: string, availability: "offline" | "busy" | "online", load: number) => ({
  ...{ agent_id, availability, load, capacity: 4 },
  connections: 1,
});

const board: Board = {
  ...{ waiting: 0, longest_wait_ms: 0, with_bot: 0, assigned: 0, snoozed: 0, inboxes: [] },
  agents: [
    agent("full", "online", 4),
    agent("free", "online", 0),
    agent("busy", "busy", 2),
    { ...agent("lost", "online", 3), connections: 0 },
    agent("closed", "online", 1),
  ],
};

describe("the board's agents", () => {
  it("are those with an open seat, who is there first and the fullest before the rest", () => {
    const members = ["new", "busy", "lost", "free", "full"].map((id) => seat(id));
    const lines = agentLines(board, [...members, seat("closed", false)]);
    expect(lines.map(({ id, presence }) => [id, presence])).toEqual([
      ["full", "online"],
      ["free", "online"],
      ["busy", "busy"],
      ["lost", "away"],
      ["new", "offline"],
    ]);
    expect(lines.at(-1)).toMatchObject({ load: 0, capacity: 5 });
  });

  it("are as full as what they hold, also beyond what they may", () => {
    expect(fullness({ load: 1, capacity: 4 })).toBe(0.25);
    expect(fullness({ load: 9, capacity: 4 })).toBe(1);
    expect(fullness({ load: 0, capacity: 0 })).toBe(0);
    expect(fullness({ load: 1, capacity: 0 })).toBe(1);
  });
});

describe("what the board and the visitors' list say", () => {
  it("is a clock that never runs backwards", () => {
    expect(clock(-5)).toBe("0:00");
    expect(clock(67_000)).toBe("1:07");
    expect(clock(3_600_000 + 62_000)).toBe("1:01:02");
  });

  it("is the part of an address that tells something", () => {
    expect(placeOf("https://shop.example/")).toBe("shop.example");
    expect(placeOf("https://shop.example/%E8%8C%B6?a=1")).toBe("/茶?a=1");
    expect(placeOf("https://shop.example/%E8")).toBe("/%E8");
    expect(placeOf("no address")).toBe("no address");
  });

  it("is a name, or the end of an id for whoever told none", () => {
    expect(visitorName("Lin", "0192-ab12", "en")).toBe("Lin");
    expect(visitorName("", "0192-ab12", "zh")).toBe("访客 AB12");
  });

  it("is a device, of whatever kind a newer server names", () => {
    const device = { browser: "Safari", system: "", kind: "glasses" };
    expect(deviceWords(device)).toBe("Safari");
    expect(kindOf(device)).toBe("other");
    expect(kindOf({ ...device, kind: "phone" })).toBe("phone");
  });
});
