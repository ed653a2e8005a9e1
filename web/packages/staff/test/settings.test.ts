import { describe, expect, it } from "vitest";
import type { Inbox } from "../src/index.ts";
import {
  bodyOf,
  clockOf,
  deviceName,
  embedLine,
  minutesOf,
  typedLines,
  typedWords,
  valuesOf,
  explain,
  fieldFault,
  inboxChange,
  inboxFaults,
  policyLines,
  Problem,
  siteOrigin,
  wrongSites,
} from "../src/index.ts";

const texts = {
  title: "",
  subtitle: "",
  greeting: "",
  offline: "",
  placeholder: "",
  form_title: "",
};

const inbox: Inbox = {
  inbox_id: "0192f0c1-a2b3-7c4d-8e5f-000000001301",
  name: "Shop",
  allowed_origins: ["https://shop.example", "https://*.shop.example"],
  rule: "least_busy",
  team_id: null,
  skills: ["refunds"],
  sticky: true,
  has_bot: false,
  answer_ms_max: 90_000,
  reopen_ms_max: 86_400_000,
  identify_required: false,
  settings: {
    colour: "#2563eb",
    logo_file_id: "0192f0c1-a2b3-7c4d-8e5f-00000000f11e",
    position: "right",
    offset_x: 20,
    offset_y: 24,
    theme: "auto",
    language: "zh",
    texts: { zh: { ...texts, title: "您好" }, en: texts },
    form: "before",
    form_fields: ["name", "email"],
    show_rating: true,
    sound: false,
  },
};

describe("an inbox", () => {
  it("comes out of its form as it went in", () => {
    const { inbox_id: _, ...rest } = inbox;
    expect(bodyOf(valuesOf(inbox), inbox)).toEqual(rest);
  });

  it("takes its numbers and lists from what was typed", () => {
    const typed = {
      ...valuesOf(inbox),
      allowed_origins: " https://a.example \n\nhttps://b.example",
      skills: "VIP, refunds vip",
      answer_minutes: "2.5",
    };
    expect(bodyOf(typed, inbox)).toMatchObject({
      allowed_origins: ["https://a.example", "https://b.example"],
      skills: ["vip", "refunds"],
      answer_ms_max: 150_000,
    });
  });
});

describe("a change of an inbox", () => {
  it("says what was touched alone, so that another's change of the rest stays", () => {
    const values = { ...valuesOf(inbox), rule: "manual", zh: { ...texts, title: "茶" } };
    expect(inboxChange(values, inbox)).toEqual({
      rule: "manual",
      settings: { texts: { zh: { title: "茶" } } },
    });
    expect(inboxChange(valuesOf(inbox), inbox)).toEqual({});
  });

  it("has no number that is empty or out of bounds", () => {
    expect(inboxFaults(valuesOf(inbox))).toEqual({});
    const typed = { ...valuesOf(inbox), answer_minutes: "", offset_x: "501", reopen_hours: "x" };
    expect(Object.keys(inboxFaults(typed))).toEqual(["answer_minutes", "reopen_hours", "offset_x"]);
  });

  it("names the lines that are no sites", () => {
    expect(wrongSites("shop.example\n\nno site\nlocalhost:3000")).toEqual([
      { line: 3, text: "no site" },
    ]);
  });

  it("goes with three sources for a site's policy", () => {
    expect(policyLines("https://desk.example").split("\n")).toEqual([
      "script-src https://desk.example;",
      "frame-src https://desk.example;",
      "connect-src https://desk.example;",
    ]);
  });
});

describe("what the server says of a field", () => {
  it.each([
    ["like https://shop.example", "请按此格式填写：https://shop.example"],
    ["Input should be less than or equal to 500", "不能大于 500。"],
    ["at most 50 words", "最多 50 个词。"],
    ["a word of 1 to 40 letters and digits", "需要 1 到 40 个字母或数字组成的一个词。"],
    ["List should have at least 1 item after validation, not 0", "请至少选择 1 项。"],
    ["it is taken", "该名称已被使用。"],
    ["Input should be a valid integer", "请输入数字。"],
  ])("is told in the person's language: %s", (fault, told) => {
    expect(fieldFault(fault, "zh")).toBe(told);
  });

  it("is a number where there are no words for it", () => {
    const problem = new Problem(409, "the thing changed", { number: 4999 });
    expect(explain(problem, "zh")).toBe("内容已被他人修改或已存在：错误 4999");
    expect(explain(problem, "en")).toContain("the thing changed");
  });

  it("says what to do where an agent is offline", () => {
    const problem = new Problem(409, "the agent cannot take it", { number: 4204 });
    expect(explain(problem, "zh")).toBe("离线时不能接入会话，请先将状态设为在线或忙碌。");
  });
});

describe("what is typed", () => {
  it("is cut into lines and words", () => {
    expect(typedLines("a\n \n b ")).toEqual(["a", "b"]);
    expect(typedWords("A，b、a")).toEqual(["a", "b"]);
  });

  it("is a time of day, up to the end of the day", () => {
    expect(minutesOf("09:30")).toBe(570);
    expect(minutesOf("9：30")).toBe(570);
    expect(minutesOf("24:00")).toBe(1440);
    for (const wrong of ["24:01", "9", "9:75", "", "nine"]) expect(minutesOf(wrong)).toBeNull();
    expect(clockOf(1440)).toBe("24:00");
    expect(clockOf(545)).toBe("09:05");
  });
});

describe("a device", () => {
  it("is named by its browser and system, not by their elders", () => {
    const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
    expect(deviceName(chrome)).toBe("Chrome · Linux");
    expect(deviceName(`${chrome} Edg/140.0`)).toBe("Edge · Linux");
    expect(deviceName("Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1")).toBe(
      "Safari · iPhone",
    );
    expect(deviceName("curl/8.5")).toBe("curl/8.5");
    expect(deviceName("")).toBe("");
  });
});

describe("the address of a site", () => {
  it("becomes its origin, however it was typed", () => {
    expect(siteOrigin("shop.example")).toBe("https://shop.example");
    expect(siteOrigin(" http://shop.example:8080/basket?x=1 ")).toBe("http://shop.example:8080");
    expect(siteOrigin("http://localhost:5173")).toBe("http://localhost:5173");
    expect(siteOrigin("localhost:5173")).toBe("http://localhost:5173");
    expect(siteOrigin("shop.localhost/index.html")).toBe("http://shop.localhost");
    expect(siteOrigin("localhost.example")).toBe("https://localhost.example");
    expect(siteOrigin("  ")).toBe("");
  });

  it("is refused when it is none", () => {
    for (const typed of ["my shop", "ftp://shop.example", "shop", "javascript:alert(1)"]) {
      expect(siteOrigin(typed), typed).toBeNull();
    }
  });

  it("stands in the line for the site", () => {
    expect(embedLine("https://desk.example", "7")).toBe(
      '<script async src="https://desk.example/widget.js" data-inbox="7"></script>',
    );
  });
});
