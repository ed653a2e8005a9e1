/** Until when a conversation may be put aside. */

const HOUR_MS = 3_600_000;
const MORNING = 9;
const EVENING = 18;
/** An evening that is nearer is none to wait for. */
const EVENING_LATEST = 17;
const MONDAY = 1;

/** A time to come back to a conversation. */
export interface SnoozeChoice {
  readonly name: "hour" | "evening" | "tomorrow" | "monday";
  readonly untilMs: number;
}

/** The times that make sense now, by the person's own clock. */
export function snoozeChoices(nowMs: number): readonly SnoozeChoice[] {
  const now = new Date(nowMs);
  const choices: SnoozeChoice[] = [{ name: "hour", untilMs: nowMs + HOUR_MS }];
  if (now.getHours() < EVENING_LATEST) {
    choices.push({ name: "evening", untilMs: at(now, 0, EVENING) });
  }
  choices.push({ name: "tomorrow", untilMs: at(now, 1, MORNING) });
  const days = (MONDAY - now.getDay() + 7) % 7 || 7;
  if (days > 1) choices.push({ name: "monday", untilMs: at(now, days, MORNING) });
  return choices;
}

function at(now: Date, days: number, hour: number): number {
  const then = new Date(now);
  then.setDate(then.getDate() + days);
  return then.setHours(hour, 0, 0, 0);
}
