/** Pictures are shown at most this large, in CSS pixels. */
export const PICTURE_WIDTH_MAX = 240;
export const PICTURE_HEIGHT_MAX = 280;
/** A picture of an unknown size gets this room. */
const UNKNOWN = { width: 200, height: 150 };
/** Thin pictures are shown at least this wide and high, cut to fit. */
const SIDE_MIN = 64;

/** The room a picture takes before it is loaded, so that nothing moves when it comes. */
export function pictureRoom(width: number, height: number): { width: number; height: number } {
  if (width <= 0 || height <= 0) return UNKNOWN;
  const scale = Math.min(1, PICTURE_WIDTH_MAX / width, PICTURE_HEIGHT_MAX / height);
  const side = (length: number) => Math.max(SIDE_MIN, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

const UNITS = ["B", "KB", "MB"];

/** A number of bytes for a person: "820 B", "12 KB", "3.4 MB". */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** The letters that stand for a person where there is no picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.map((word) => [...word][0] ?? "");
  const [first = ""] = letters;
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Hangul}/u.test(first)) return first;
  return (first + (words.length > 1 ? (letters.at(-1) ?? "") : "")).toUpperCase();
}
