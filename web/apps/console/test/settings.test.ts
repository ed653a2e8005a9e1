import { describe, expect, it } from "vitest";
import type { AuditRow, Inbox, InboxValues, Member } from "@airdesk/staff";
import { asPasted, pastedQuestions } from "../src/owner/answers/faq_lines.ts";
import { fieldName, valueWords } from "../src/owner/account/audit_reading.ts";
import { EVERYTHING, actorsOf, matching } from "../src/owner/account/audit_filter.ts";
import { lookOf } from "../src/owner/inboxes/look.ts";
import {
  alwaysOpen,
  hoursValues,
  likeMonday,
  spansOf,
  timezones,
  withBreak,
} from "../src/owner/inboxes/week.ts";
import { skillsOf } from "../src/owner/people/skills.ts";

const ANNA = "0192f0c1-a2b3-7c4d-8e5f-000000000a01";

const member = (what: Partial<Member>): Member =>
  ({ user_id: ANNA, name: "Anna", skills: [], is_active: true, ...what }) as Member;

const row = (what: Partial<AuditRow>): AuditRow => ({
  audit_id: "1",
  at_ms: 0,
  actor: { kind: "user", id: ANNA, name: "Anna" },
  action: "inbox.changed",
  subject: { kind: "inbox", id: "2" },
  before: null,
  after: null,
  ...what,
});

describe("the audit log", () => {
  const names = new Map([[ANNA, "Anna"]]);

  it("names fields in words, with the language of a text", () => {
    expect(fieldName("settings.texts.zh.title", "en")).toBe("Title (中文)");
    expect(fieldName("answer_ms_max", "zh")).toBe("回复时限");
    expect(fieldName("something_new", "en")).toBe("something new");
  });

  it("says values as people do", () => {
    expect(valueWords("has_bot", "true", names, "zh")).toBe("是");
    expect(valueWords("answer_ms_max", "120000", names, "en")).toBe("2 minutes");
    expect(valueWords("answer_ms_max", "0", names, "en")).toBe("–");
    expect(valueWords("rule", "least_busy", names, "en")).toBe("least busy");
    expect(valueWords("team_id", "", names, "en")).toBe("everybody");
    expect(valueWords("form_fields", "name, email", names, "zh")).toBe("姓名, 邮箱");
    expect(valueWords("language", "zh", names, "en")).toBe("中文");
    expect(valueWords("name", "", names, "en")).toBe("empty");
  });

  it("says whom an id means, and shortens those of nobody", () => {
    const gone = ANNA.replace("a01", "a99");
    expect(valueWords("member_ids", `${ANNA}, ${gone}`, names, "en")).toBe("Anna, …0a99");
  });

  it("puts like days of a week together", () => {
    const day = [
      [540, 720],
      [780, 1080],
    ];
    const week = JSON.stringify([day, day, day, day, day, [], [[600, 720]]]);
    expect(valueWords("week", week, names, "en")).toBe(
      "Mon–Fri 09:00–12:00 + 13:00–18:00, Sat closed, Sun 10:00–12:00",
    );
    const ofFirst = JSON.stringify([...Array(5).fill([540, 1080]), [0, 0], [600, 720]]);
    expect(valueWords("week", ofFirst, names, "en")).toBe(
      "Mon–Fri 09:00–18:00, Sat closed, Sun 10:00–12:00",
    );
    expect(valueWords("week", "no week", names, "en")).toBe("no week");
  });

  it("is narrowed by person, thing and time", () => {
    const now = new Date(2026, 4, 20, 12).getTime();
    const today = new Date(2026, 4, 20, 0, 1).getTime();
    const before = new Date(2026, 4, 19, 23, 59).getTime();
    const shell = { kind: "command_line", id: "", name: "" };
    const rows = [
      row({ at_ms: today }),
      row({ at_ms: before, actor: shell, action: "inboxes.changed" }),
    ];
    expect(matching(rows, EVERYTHING, now)).toEqual(rows);
    expect(matching(rows, { ...EVERYTHING, days: "1" }, now)).toEqual([rows[0]]);
    expect(matching(rows, { ...EVERYTHING, days: "7" }, now)).toEqual(rows);
    expect(matching(rows, { ...EVERYTHING, actor: "command_line" }, now)).toEqual([rows[1]]);
    expect(matching(rows, { ...EVERYTHING, kind: "inbox" }, now)).toEqual([rows[0]]);
    expect(actorsOf(rows, [member({})]).map(({ id }) => id)).toEqual([ANNA, "command_line"]);
  });
});

describe("the hours of a week", () => {
  const day = (...spans: readonly (readonly [string, string])[]) => ({
    isOpen: true,
    spans: spans.map(([from, to]) => ({ from, to })),
  });
  const closed = { ...day(["09:00", "18:00"]), isOpen: false };
  const hours = { inbox_id: "", timezone: "Asia/Shanghai", week: [], holidays: [], is_set: true };

  it("come out of the form as they went in", () => {
    const week = [
      [
        [540, 720],
        [780, 1080],
      ],
      [],
      [[0, 1440]],
    ] as const;
    const { week: days } = hoursValues({ ...hours, week }, "UTC");
    expect(days.map(spansOf)).toEqual(week);
  });

  it("go by the person's own clock until somebody has said", () => {
    expect(hoursValues(hours, "Europe/Berlin").timezone).toBe("Asia/Shanghai");
    const unsaid = { ...hours, timezone: "UTC", is_set: false };
    expect(hoursValues(unsaid, "Europe/Berlin").timezone).toBe("Europe/Berlin");
  });

  it("are refused where the end is not behind the beginning, or spans overlap", () => {
    expect(spansOf(day(["18:00", "09:00"]))).toBe("dayWrong");
    expect(spansOf(day(["9", "18:00"]))).toBe("dayWrong");
    expect(spansOf(day(["09:00", "12:00"], ["", ""]))).toBe("dayWrong");
    expect(spansOf(day(["13:00", "18:00"], ["09:00", "13:01"]))).toBe("dayOverlaps");
    expect(spansOf(day(["13:00", "18:00"], ["09:00", "13:00"]))).toEqual([
      [540, 780],
      [780, 1080],
    ]);
  });

  it("get a break at noon, in the middle, or one that the person writes", () => {
    expect(withBreak(day(["09:00", "18:00"]))).toEqual(day(["09:00", "12:00"], ["13:00", "18:00"]));
    const twice = withBreak(withBreak(day(["09:00", "18:00"])));
    expect(twice).toEqual(day(["09:00", "12:00"], ["13:00", "15:00"], ["16:00", "18:00"]));
    expect(withBreak(day(["09:00", "11:00"]))).toEqual(day(["09:00", "11:00"], ["", ""]));
    expect(withBreak(day(["soon", "18:00"]))).toEqual(day(["soon", "18:00"], ["", ""]));
  });

  it("are copied to working days alone, or opened around the clock", () => {
    const week = [day(["08:00", "12:00"], ["13:00", "17:00"]), ...Array(6).fill(closed)];
    const copied = likeMonday(week);
    expect(copied[4]).toEqual(week[0]);
    expect(copied[5]).toEqual(closed);
    expect(alwaysOpen(week).map(spansOf)).toEqual(Array(7).fill([[0, 1440]]));
  });

  it("are in a time zone that is offered, also one that this browser does not know", () => {
    const zones = new Map(timezones("Mars/Base"));
    expect(zones.get("Asia/Shanghai")).toBe("Asia/Shanghai (UTC+08:00)");
    expect(zones.get("UTC")).toBe("UTC");
    expect(zones.get("Mars/Base")).toBe("Mars/Base");
  });
});

describe("skills", () => {
  it("show who has them and who asks in vain", () => {
    const inbox = { inbox_id: "1", name: "Shop", skills: ["refunds", "tea"] } as unknown as Inbox;
    const members = [member({ skills: ["tea"] }), member({ skills: ["old"], is_active: false })];
    expect(
      skillsOf(members, [inbox]).map((one) => [one.skill, one.members.length, one.inboxes.length]),
    ).toEqual([
      ["refunds", 0, 1],
      ["tea", 1, 1],
    ]);
  });
});

describe("what the preview is told", () => {
  it("has the form's values, and no text where the widget has its own", () => {
    const values = {
      zh: { title: " ", greeting: "您好" },
      en: {},
      offset_x: "",
      offset_y: "9000",
      colour: "#112233",
    } as unknown as InboxValues;
    const look = lookOf(values, {
      ...{ logo_url: "", language: "zh", isDark: true, moment: "start" },
      questions: [],
    });
    expect(look.inbox.texts).toEqual({ zh: { greeting: "您好" }, en: {} });
    expect([look.offset_x, look.offset_y, look.dark]).toEqual([0, 500, true]);
  });
});

describe("questions that somebody pastes", () => {
  it("are blocks: the first line asks, the rest answers", () => {
    const text =
      "Do you ship abroad?\nYes,\nto all of Europe.\n\n\nMay I return it?\r\nWithin 30 days.\r\n";
    expect(pastedQuestions(text)).toEqual({
      found: [
        { question: "Do you ship abroad?", answer: "Yes,\nto all of Europe." },
        { question: "May I return it?", answer: "Within 30 days." },
      ],
      unanswered: [],
    });
  });

  it("are rows of a spreadsheet too, each by itself", () => {
    expect(pastedQuestions("a?\tone\nb?\ttwo").found).toEqual([
      { question: "a?", answer: "one" },
      { question: "b?", answer: "two" },
    ]);
  });

  it("are named when they have no answer, and come back as they were", () => {
    expect(pastedQuestions("alone?").unanswered).toEqual(["alone?"]);
    const found = [{ question: "a?", answer: "one\nmore" }];
    expect(pastedQuestions(asPasted(found)).found).toEqual(found);
  });
});
