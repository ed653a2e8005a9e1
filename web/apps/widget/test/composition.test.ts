import { expect, test } from "vitest";
import { Composition, type Key } from "../src/frame/text/composition.ts";

const ENTER: Key = {
  ...{ key: "Enter", keyCode: 13, isComposing: false },
  ...{ shiftKey: false, ctrlKey: false, altKey: false, metaKey: false },
};

test("Enter sends, Shift and Enter break the line, other keys do nothing", () => {
  const composition = new Composition();
  expect(composition.sends(ENTER)).toBe(true);
  expect(composition.sends({ ...ENTER, shiftKey: true })).toBe(false);
  expect(composition.sends({ ...ENTER, key: "a", keyCode: 65 })).toBe(false);
});

test("the Enter that confirms a word in Chrome and Firefox does not send", () => {
  const composition = new Composition();
  composition.started();
  expect(composition.sends({ ...ENTER, isComposing: true, keyCode: 229 })).toBe(false);
  composition.ended();
  expect(composition.sends(ENTER)).toBe(true);
});

test("the Enter that Safari tells behind the end of the word does not send", () => {
  const composition = new Composition();
  composition.started();
  composition.ended();
  expect(composition.sends({ ...ENTER, keyCode: 229 })).toBe(false);
  expect(composition.sends(ENTER)).toBe(true);
});

test("an input method that marks no key is known by its open word", () => {
  const composition = new Composition();
  composition.started();
  expect(composition.sends(ENTER)).toBe(false);
});
