import { describe, expect, it } from "vitest";
import type { Inbox } from "../src/index.ts";
import {
  bodyOf,
  clockOf,
  deviceName,
  minutesOf,
  typedLines,
  typedWords,
  valuesOf,
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
