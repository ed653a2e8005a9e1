/** Which rows of the audit log a person wants to see; the server looks for them. */

import type { Member, Query } from "@airdesk/staff";

/** What is looked for; "" for all. */
export interface AuditFilter {
  /** The actor's id, or his kind if he has none. */
  readonly actor: string;
  /** What was changed, by the first word of the act. */
  readonly kind: string;
  /** So many days, the present one counted; or PERIOD. */
  readonly days: string;
  /** The first and the last day of a period, such as "2027-01-31"; "" for no bound. */
  readonly from: string;
  readonly to: string;
}

/** All rows. */
export const EVERYTHING: AuditFilter = { actor: "", kind: "", days: "", from: "", to: "" };

/** Instead of a number of days: from one day to another. */
export const PERIOD = "period";

/** Somebody who changed something. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** Whose acts are looked for by what they are: they have no id, or one that says nothing. */
const KINDS_OF_ACTORS = ["command_line", "visitor", "system"] as const;

/** What the server is asked. Days are those of the person's own clock. */
export function queryOf(filter: AuditFilter, nowMs: number): Query {
  const { actor, kind } = filter;
  const isKind = (KINDS_OF_ACTORS as readonly string[]).includes(actor);
  const [from_ms, to_ms] = bounds(filter, nowMs);
  return { ...(isKind ? { actor_kind: actor } : { actor }), kind, from_ms, to_ms };
}

function bounds({ days, from, to }: AuditFilter, nowMs: number): readonly (number | null)[] {
  if (days === "") return [null, null];
  if (days === PERIOD) return [midnight(from), midnight(to, 1)];
  const today = new Date(nowMs);
  return [today.setHours(0, 0, 0, 0) && today.setDate(today.getDate() + 1 - Number(days)), null];
}

/** When a day begins, or so many days later; null for none. */
function midnight(day: string, later = 0): number | null {
  const date = new Date(`${day}T00:00`);
  // By the calendar: a day in spring has 23 hours.
  return Number.isNaN(date.getTime()) ? null : date.setDate(date.getDate() + later);
}

/** Who may be looked for: the members, whoever else ever changed something, and the nameless. */
export function actorsOf(known: readonly Actor[], members: readonly Member[]): readonly Actor[] {
  const found = new Map<string, Actor>(
    members.map(({ user_id, name }) => [user_id, { id: user_id, name, kind: "user" }]),
  );
  for (const actor of known) if (!found.has(actor.id)) found.set(actor.id, actor);
  const nameless = KINDS_OF_ACTORS.map((kind) => ({ id: kind, name: "", kind }));
  return [...found.values(), ...nameless];
}
