import { expect, test } from "vitest";
import { Words, languageOf } from "../src/words.ts";

test("the address decides on the language, then the browser", () => {
  expect(languageOf("", "zh-TW")).toBe("zh");
  expect(languageOf("", "fr")).toBe("en");
  expect(languageOf("?lang=en", "zh-CN")).toBe("en");
  expect(languageOf("?lang=zh", "en-US")).toBe("zh");
});

test("values go into their places", () => {
  expect(new Words("en").say("statusPlace", 2)).toBe("Waiting, place 2");
  expect(new Words("zh").say("refusedText", "no {1}", "hi")).toBe("“hi”未发送：no {1}");
});
