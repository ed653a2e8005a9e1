/** To whom a conversation may be handed, and what is known of them. */

import type { Id } from "@airdesk/protocol";
import type { Agent, AgentPresence, Speaker, Team } from "@airdesk/staff";
import type { Saying } from "../../words/index.ts";

/** A colleague or a team. */
export interface TransferChoice {
  /** The kind and the id. */
  readonly key: string;
  readonly kind: "agent" | "team";
  readonly id: Id;
  readonly name: string;
  readonly hint: string;
  /** The server refuses it, and the hint says why. */
  readonly isDisabled: boolean;
  /** Of an agent; undefined for a team, and while it is not known. */
  readonly presence?: AgentPresence["availability"];
}

/** What the choices are made of. */
export interface TransferSources {
  readonly you: Id;
  readonly teams: readonly Team[];
  readonly agents: readonly Agent[];
  /** Everybody with a seat; undefined while it is not known, and then nobody is refused. */
  readonly presence: readonly AgentPresence[] | undefined;
}

const ORDER = { online: 0, busy: 1, offline: 2 } as const;

/** Give the teams and the colleagues: who is there first, and of those the one with least to do. */
export function transferChoices(
  { you, teams, agents, presence }: TransferSources,
  say: Speaker<Saying>,
): readonly TransferChoice[] {
  const known = presence && new Map(presence.map((one) => [one.agent_id, one]));
  const others = agents
    .filter(({ id }) => id !== you && (known === undefined || known.has(id)))
    .map((agent) => ({ agent, now: known?.get(agent.id) }))
    .sort((one, other) => rank(one.now) - rank(other.now) || loadOf(one.now) - loadOf(other.now));
  const online = new Set(
    presence?.filter(({ availability }) => availability === "online").map((one) => one.agent_id),
  );
  const isThere = ({ member_ids }: Team) => member_ids.some((id) => online.has(id));
  return [
    ...[...teams]
      .sort((one, other) => Number(isThere(other)) - Number(isThere(one)))
      .map((team) => teamChoice(team, presence && online, say)),
    ...others.map(({ agent, now }) => agentChoice(agent, now, say)),
  ];
}

function teamChoice(
  { team_id, name, member_ids }: Team,
  online: ReadonlySet<Id> | undefined,
  say: Speaker<Saying>,
): TransferChoice {
  const members = member_ids.length;
  const there = member_ids.filter((id) => online?.has(id)).length;
  const size = members === 0 ? say("teamEmpty") : say("teamOf", members);
  const words = there === 0 ? say("teamNobodyOnline") : say("teamOnline", there);
  return {
    key: `team ${team_id}`,
    kind: "team",
    id: team_id,
    name,
    hint: members === 0 || online === undefined ? size : size + say("listSeparator") + words,
    isDisabled: members === 0,
  };
}

function agentChoice(
  { id, name }: Agent,
  now: AgentPresence | undefined,
  say: Speaker<Saying>,
): TransferChoice {
  const choice = { key: `agent ${id}`, kind: "agent", id, name } as const;
  if (now === undefined) return { ...choice, hint: "", isDisabled: false };
  const { availability, load, capacity } = now;
  if (availability === "offline") {
    return { ...choice, hint: say("transferOffline"), isDisabled: true, presence: availability };
  }
  const hint = say(availability) + say("listSeparator") + say("chatsOf", load, capacity);
  return { ...choice, hint, isDisabled: false, presence: availability };
}

function rank(now: AgentPresence | undefined): number {
  return now === undefined ? 0 : ORDER[now.availability];
}

/** How full somebody is; he who takes none by himself is full. */
function loadOf(now: AgentPresence | undefined): number {
  if (now === undefined) return 0;
  return now.capacity === 0 ? Number.MAX_SAFE_INTEGER : now.load / now.capacity;
}
