/** What the board is made of, and how it is counted on between two answers. */

import type { Id } from "@airdesk/protocol";
import type { AgentPresence, Member } from "@airdesk/staff";

/** An inbox as the home sees it now. */
export interface BoardInbox {
  readonly inbox_id: Id;
  readonly waiting: number;
  readonly longest_wait_ms: number;
  readonly online: number;
}

/** How the account stands at this moment. */
export interface Board {
  readonly waiting: number;
  readonly longest_wait_ms: number;
  readonly with_bot: number;
  readonly assigned: number;
  readonly snoozed: number;
  readonly agents: readonly AgentPresence[];
  readonly inboxes: readonly BoardInbox[];
}

/** How an agent is there: "away" is one whose connection broke and who is expected back. */
export type Presence = "online" | "busy" | "offline" | "away";

/** A row of the agents' table. */
export interface AgentLine {
  readonly id: Id;
  readonly name: string;
  readonly presence: Presence;
  readonly load: number;
  readonly capacity: number;
}

const ORDER: Readonly<Record<Presence, number>> = { online: 0, busy: 1, away: 2, offline: 3 };

/** All agents with a seat: those who are there first, the fullest before the emptiest. */
export function agentLines(board: Board, members: readonly Member[]): readonly AgentLine[] {
  const known = new Map(board.agents.map((one) => [one.agent_id, one]));
  const seats = members.filter(({ is_active }) => is_active);
  return seats
    .map(({ user_id, name, capacity }) => {
      const now = known.get(user_id);
      return {
        ...{ id: user_id, name },
        presence: presenceOf(now),
        load: now?.load ?? 0,
        capacity: now?.capacity ?? capacity,
      };
    })
    .sort(
      (one, other) =>
        ORDER[one.presence] - ORDER[other.presence] ||
        fullness(other) - fullness(one) ||
        one.name.localeCompare(other.name),
    );
}

function presenceOf(agent: AgentPresence | undefined): Presence {
  if (agent === undefined || agent.availability === "offline") return "offline";
  return agent.connections === 0 ? "away" : agent.availability;
}

/** How full an agent is, 0 to 1; whoever takes none is full with any. */
export function fullness({ load, capacity }: { load: number; capacity: number }): number {
  if (capacity === 0) return load === 0 ? 0 : 1;
  return Math.min(1, load / capacity);
}

/** A length of time as a clock shows it: 0:07, 12:30, 2:05:00. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
