import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  Preferences,
  ago,
  colourNumber,
  dayInWords,
  initials,
  shortTime,
  size,
  speaker,
  widgetWords,
} from "../src/index.ts";

/** A storage that keeps what it is given. */
class MemoryStorage {
  readonly kept = new Map<string, string>();
  getItem = (name: string) => this.kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.kept.set(name, value);
}

const storage = () => new MemoryStorage() as unknown as Storage;

describe("the language", () => {
  it("is the account's until the person chooses, and then the person's for good", () => {
    const kept = storage();
    const preferences = new Preferences(kept, "en-GB");
    preferences.suggest("zh");
    expect(preferences.language).toBe("zh");
    preferences.speak("en");
    preferences.suggest("zh");
    expect(preferences.language).toBe("en");
    expect(new Preferences(kept, "zh-CN").language).toBe("en");
  });

  it("tells of a change once", () => {
    const preferences = new Preferences(storage(), "en");
    let told = 0;
    preferences.watch(() => (told += 1));
    preferences.suggest("en");
    preferences.speak("zh");
    expect(told).toBe(1);
  });

  it("lasts as long as the page where nothing may be kept", () => {
    const full = {
      getItem: () => null,
      setItem() {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    const preferences = new Preferences(full as unknown as Storage, "en");
    preferences.wear("dark");
    expect(preferences.look).toBe("dark");
  });
});

describe("a dictionary", () => {
  it("fills a place with the words themselves", () => {
    const say = speaker({ en: { hello: "Hello {0}!" }, zh: { hello: "{0}，您好！" } }, "zh");
    expect(say("hello", "$& {1}")).toBe("$& {1}，您好！");
  });
});

describe("times, sizes and names", () => {
  const now = new Date(2026, 4, 20, 12, 0).getTime();

  it("are short today and a date before", () => {
    expect(shortTime(new Date(2026, 4, 20, 9, 5).getTime(), now, "zh")).toBe("09:05");
    expect(shortTime(new Date(2026, 3, 1).getTime(), now, "en")).toBe("Apr 1");
    expect(dayInWords(now - 86_400_000, now, "en")).toBe("Yesterday");
    expect(ago(now - 5 * 60_000, now, "en")).toBe("5 minutes ago");
  });

  it("are read at a glance", () => {
    expect(size(900)).toBe("900 B");
    expect(size(1_500_000)).toBe("1.4 MB");
    expect(initials("Anna Maria Berg")).toBe("AB");
    expect(initials("王小明")).toBe("王");
    expect(initials("👩‍👩‍👧 family")).toBe("👩‍👩‍👧");
    expect(initials("  ")).toBe("?");
    expect(colourNumber("abc", 8)).toBe(colourNumber("abc", 8));
  });
});

describe("the widget's own texts", () => {
  it("are what the widget says", () => {
    const source = readFileSync(
      new URL("../../../apps/widget/src/frame/text/words.ts", import.meta.url),
      "utf8",
    );
    for (const texts of [widgetWords.en, widgetWords.zh]) {
      for (const [name, text] of Object.entries(texts)) {
        expect(source).toContain(`${name}: "${text}"`);
      }
    }
  });
});
