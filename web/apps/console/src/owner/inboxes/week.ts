/** The hours of a week as a form has them, and back. */

import { clockOf, minutesOf, type Hours, type Language } from "@airdesk/staff";

/** A Monday, to name the days of a week by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const WORKDAY = { from: "09:00", to: "18:00" };
const WORKDAYS = 5;

/** One day of the week. */
export interface Day {
  readonly isOpen: boolean;
  readonly from: string;
  readonly to: string;
}

/** A form of hours. */
export interface HoursValues {
  readonly timezone: string;
  readonly week: readonly Day[];
  readonly holidays: readonly string[];
}

/** Fill the form. */
export function hoursValues({ timezone, week, holidays }: Hours): HoursValues {
  return { timezone, week: week.map(dayOf), holidays };
}

function dayOf([from, to]: readonly [number, number]): Day {
  if (from === to) return { isOpen: false, ...WORKDAY };
  return { isOpen: true, from: clockOf(from), to: clockOf(to) };
}

/** Minutes of a day; equal ones where it is closed, null if the times make no sense. */
export function rangeOf({ isOpen, from, to }: Day): readonly [number, number] | null {
  if (!isOpen) return [0, 0];
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start === null || end === null || end <= start ? null : [start, end];
}

/** The working days as Monday is. */
export function likeMonday(week: readonly Day[]): readonly Day[] {
  const monday = week[0] ?? { isOpen: true, ...WORKDAY };
  return week.map((day, number) => (number < WORKDAYS ? { ...monday } : day));
}

/** Open at all times. */
export function alwaysOpen(week: readonly Day[]): readonly Day[] {
  return week.map(() => ({ isOpen: true, from: "00:00", to: "24:00" }));
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
