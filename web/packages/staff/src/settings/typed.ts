/** What people type into the fields of a form, and what it means. */

/** The lines of a text that say something. */
export function typedLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** The words of a text, in lower case, each once. */
export function typedWords(text: string): string[] {
  const words = text.split(/[\s,，、;；]+/u).filter(Boolean);
  return [...new Set(words.map((word) => word.toLowerCase()))];
}

const DAY_MINUTES = 24 * 60;

/** Minutes of a day as a field for times has them; the end of the day is 24:00. */
export function clockOf(minutes: number): string {
  const hour = String(Math.floor(minutes / 60)).padStart(2, "0");
  return `${hour}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A time such as 09:30 as minutes of the day; null if it is none. */
export function minutesOf(clock: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(clock.trim().replace("：", ":"));
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= DAY_MINUTES ? minutes : null;
}
