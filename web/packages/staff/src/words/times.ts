/** Times, sizes and names as people read them. */

import type { Language } from "./language.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A time of day. */
export function timeOfDay(ms: number, language: Language): string {
  return format(language, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** A day and a time of day. */
export function dayAndTime(ms: number, language: Language): string {
  return format(language, { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** The time of day today, otherwise the day. */
export function shortTime(ms: number, nowMs: number, language: Language): string {
  if (sameDay(ms, nowMs)) return timeOfDay(ms, language);
  const year = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  return format(
    language,
    year ? { month: "short", day: "numeric" } : { dateStyle: "medium" },
  ).format(ms);
}

/** A day in words, as a line between the messages of two days has it. */
export function dayInWords(ms: number, nowMs: number, language: Language): string {
  const days = Math.round((startOfDay(ms) - startOfDay(nowMs)) / DAY_MS);
  if (days === 0 || days === -1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  return format(language, { weekday: "long", month: "long", day: "numeric" }).format(ms);
}

/** How long ago, in words. */
export function ago(ms: number, nowMs: number, language: Language): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const past = Math.max(0, nowMs - ms);
  if (past < MINUTE_MS) return words.format(0, "minute");
  if (past < HOUR_MS) return words.format(-Math.floor(past / MINUTE_MS), "minute");
  if (past < DAY_MS) return words.format(-Math.floor(past / HOUR_MS), "hour");
  return words.format(-Math.floor(past / DAY_MS), "day");
}

/** True if both times are on one day here. */
export function sameDay(one: number, other: number): boolean {
  return startOfDay(one) === startOfDay(other);
}

/** A number of bytes. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** At most two letters that stand for a name; one sign for a Chinese name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = letters(words[0] ?? "");
  if (first === "") return "?";
  if (!/^\p{Script=Latin}/u.test(first) || words.length === 1) return first.toUpperCase();
  return (first + letters(words.at(-1) ?? "")).toUpperCase();
}

/** One of a number of colours for an id, always the same one. */
export function colourNumber(id: string, count: number): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % count;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function letters(word: string): string {
  const segments = segmenter.segment(word);
  return segments[Symbol.iterator]().next().value?.segment ?? "";
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(regionOf(language), options);
    formats.set(key, made);
  }
  return made;
}

/** The language as it is written where the person is: 24 hours in London, 12 in New York. */
function regionOf(language: Language): string {
  const wished = globalThis.navigator?.languages ?? [];
  return wished.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

/** A length of time, in its largest unit. */
export function waitedFor(ms: number, language: Language): string {
  const [value, unit] = unitOf(Math.max(0, ms));
  const options = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(language, options).format(value);
}

function unitOf(ms: number): readonly [value: number, unit: "minute" | "hour" | "day"] {
  if (ms < HOUR_MS) return [Math.max(1, Math.round(ms / MINUTE_MS)), "minute"];
  return ms < DAY_MS ? [Math.floor(ms / HOUR_MS), "hour"] : [Math.floor(ms / DAY_MS), "day"];
}
