import { expect, test } from "vitest";
import {
  CONTRAST_MIN,
  DEFAULT_COLOUR,
  colourText,
  contrast,
  parseColour,
  readableOn,
  textOn,
} from "../src/shared/colour.ts";

const WHITE = parseColour("#ffffff");
const NIGHT = parseColour("#15181e");
const COLOURS = Array.from({ length: 16 ** 3 }, (_, n) => {
  const hex = n.toString(16).padStart(3, "0");
  return parseColour(`#${[...hex].map((digit) => digit + digit).join("")}`);
});

test("contrast is what WCAG says it is", () => {
  expect(contrast(WHITE, parseColour("#000000"))).toBeCloseTo(21);
  expect(contrast(WHITE, WHITE)).toBeCloseTo(1);
  expect(contrast(parseColour("#777777"), WHITE)).toBeCloseTo(4.478, 2);
});

test("text on any colour can be read", () => {
  for (const ground of COLOURS) {
    expect(contrast(textOn(ground), ground)).toBeGreaterThan(3.39);
  }
  expect(colourText(textOn(parseColour("#0f6fde")))).toBe("#ffffff");
  expect(colourText(textOn(parseColour("#ffd400")))).toBe("#101828");
});

test("any colour becomes one that can be read by day and by night", () => {
  for (const colour of COLOURS) {
    for (const ground of [WHITE, NIGHT]) {
      const shown = readableOn(colour, ground);
      expect(contrast(shown, ground)).toBeGreaterThanOrEqual(CONTRAST_MIN);
    }
  }
  const good = parseColour("#1a4d8f");
  expect(readableOn(good, WHITE)).toEqual(good);
});

test("what is no colour becomes the usual one, so that nothing can be smuggled into a style", () => {
  expect(parseColour("red;background:url(//evil)")).toEqual(parseColour(DEFAULT_COLOUR));
  expect(colourText(parseColour("#0A0b0c"))).toBe("#0a0b0c");
});
