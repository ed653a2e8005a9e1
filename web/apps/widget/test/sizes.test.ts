import { expect, test } from "vitest";
import {
  PICTURE_HEIGHT_MAX,
  PICTURE_WIDTH_MAX,
  bytesText,
  initials,
  pictureRoom,
} from "../src/frame/text/sizes.ts";

test("a picture's room keeps its shape and fits into the chat", () => {
  expect(pictureRoom(480, 320)).toEqual({ width: 240, height: 160 });
  expect(pictureRoom(100, 80)).toEqual({ width: 100, height: 80 });
  for (const [width, height] of [
    [4000, 10],
    [10, 4000],
    [1, 1],
    [9999, 9999],
    [0, 0],
  ] as const) {
    const room = pictureRoom(width, height);
    expect(room.width).toBeGreaterThanOrEqual(64);
    expect(room.width).toBeLessThanOrEqual(PICTURE_WIDTH_MAX);
    expect(room.height).toBeGreaterThanOrEqual(64);
    expect(room.height).toBeLessThanOrEqual(PICTURE_HEIGHT_MAX);
  }
});

test("bytes are said as a person says them", () => {
  expect([0, 820, 12_000, 3_400_000, 26_214_400].map(bytesText)).toEqual([
    ...["0 B", "820 B", "12 KB", "3.4 MB", "26 MB"],
  ]);
});

test("a person's sign is made of his name", () => {
  expect(["林晓", "Emma Lind", "tom", "", "Ada M. King"].map(initials)).toEqual([
    ...["林", "EL", "T", "", "AK"],
  ]);
});
