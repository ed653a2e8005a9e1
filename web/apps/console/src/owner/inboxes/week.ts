/** The hours of a week as a form has them, and back. */

import { clockOf, minutesOf, type Hours, type Language, type Span } from "@airdesk/staff";

/** A Monday, to name the days of a week by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const WORKDAYS = 5;
/** A day has no more spans than this. */
export const SPANS_MAX = 6;
const WORKDAY: readonly Clocks[] = [{ from: "09:00", to: "18:00" }];
const NOON = 720;
const BREAK_MINUTES = 60;
/** A span shorter than this is not parted by a break. */
const PARTED_MIN = 180;

/** A span as it is typed. */
export interface Clocks {
  readonly from: string;
  readonly to: string;
}

/** One day of the week. */
export interface Day {
  readonly isOpen: boolean;
  /** Kept while the day is closed, for when it is opened again. */
  readonly spans: readonly Clocks[];
}

/** A form of hours. */
export interface HoursValues {
  readonly timezone: string;
  readonly week: readonly Day[];
  readonly holidays: readonly string[];
}

/**
 * Fill the form.
 *
 * @param here - the person's own time zone, for hours that nobody has set.
 */
export function hoursValues(hours: Hours, here: string): HoursValues {
  const { timezone, week, holidays, is_set } = hours;
  return { timezone: is_set ? timezone : here, week: week.map(dayOf), holidays };
}

/** The time zone of this browser; UTC where it does not know. */
export function timezoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function dayOf(spans: readonly Span[]): Day {
  return { isOpen: spans.length > 0, spans: spans.length > 0 ? spans.map(clocksOf) : WORKDAY };
}

function clocksOf([from, to]: Span): Clocks {
  return { from: clockOf(from), to: clockOf(to) };
}

function spanOf({ from, to }: Clocks): Span | null {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start === null || end === null || end <= start ? null : [start, end];
}

/** A day's spans in minutes and in order, none where it is closed; or what is wrong with them. */
export function spansOf({ isOpen, spans }: Day): readonly Span[] | "dayWrong" | "dayOverlaps" {
  if (!isOpen) return [];
  const found = spans.map(spanOf).filter((span) => span !== null);
  if (found.length < spans.length) return "dayWrong";
  found.sort(([first], [second]) => first - second);
  const isOver = found.some(([from], place) => from < (found[place - 1]?.[1] ?? 0));
  return isOver ? "dayOverlaps" : found;
}

/** A day with one break more: at noon or in the middle of its longest span. */
export function withBreak(day: Day): Day {
  const lengths = day.spans.map((clocks) => {
    const span = spanOf(clocks);
    return span === null ? 0 : span[1] - span[0];
  });
  const place = lengths.indexOf(Math.max(...lengths));
  const longest = day.spans[place];
  const span = longest === undefined ? null : spanOf(longest);
  if (span === null || span[1] - span[0] < PARTED_MIN) {
    return { ...day, spans: [...day.spans, { from: "", to: "" }] };
  }
  const [from, to] = span;
  const isAtNoon = from < NOON && NOON + BREAK_MINUTES < to;
  const start = isAtNoon ? NOON : Math.floor((from + to) / 120) * 60;
  const parts: readonly Span[] = [
    [from, start],
    [start + BREAK_MINUTES, to],
  ];
  return { ...day, spans: day.spans.toSpliced(place, 1, ...parts.map(clocksOf)) };
}

/** The working days as Monday is. */
export function likeMonday(week: readonly Day[]): readonly Day[] {
  const monday = week[0] ?? { isOpen: true, spans: WORKDAY };
  return week.map((day, number) => (number < WORKDAYS ? { ...monday } : day));
}

/** Open at all times. */
export function alwaysOpen(week: readonly Day[]): readonly Day[] {
  return week.map(() => ({ isOpen: true, spans: [{ from: "00:00", to: "24:00" }] }));
}

/** The name of a day of the week, from Monday. */
export function dayName(number: number, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  return format.format(MONDAY + number * DAY_MS);
}

/** A closed day in words, such as "2027-01-01". */
export function holidayName(day: string, language: Language): string {
  const date = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(date)) return day;
  return new Intl.DateTimeFormat(language, {
    ...{ year: "numeric", month: "short", day: "numeric", weekday: "short" },
    timeZone: "UTC",
  }).format(date);
}

/** All time zones, with how far each is from UTC now. */
export function timezones(known: string): readonly (readonly [zone: string, label: string])[] {
  const zones = new Set([known, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  return [...zones].filter(Boolean).map((zone) => {
    const distance = offset(zone);
    return [zone, distance === "" || zone === "UTC" ? zone : `${zone} (${distance})`];
  });
}

function offset(zone: string): string {
  try {
    const options = { timeZone: zone, timeZoneName: "longOffset" } as const;
    const parts = new Intl.DateTimeFormat("en", options).formatToParts();
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    return name.replace("GMT", "UTC");
  } catch {
    return ""; // A zone that this browser does not know.
  }
}
