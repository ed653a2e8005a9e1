import { useState, type KeyboardEvent } from "react";
import type { Id } from "@airdesk/protocol";
import type { Agent } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { Face } from "../../shell/face.tsx";
import { useSay } from "../../shell/words.tsx";
import { useAgents } from "../catalogue.ts";
import { pressedInChoices } from "./choices.ts";
import { mentionAsked, mentionsIn } from "./mentions.ts";

const OFFERED_MAX = 6;

/** The colleagues that an "@" in a note offers. */
export interface MentionState {
  readonly found: readonly Agent[];
  readonly place: number;
  readonly take: (agent: Agent) => void;
  readonly pressed: (event: KeyboardEvent) => boolean;
  /** Those whose names stand in the text. */
  readonly chosen: (text: string) => readonly Id[];
}

/** Hold the colleagues for a text; `write` puts one into the box. */
export function useMentionChoices(
  text: string,
  caret: number,
  write: (text: string, caret?: number) => void,
): MentionState {
  const desk = useDesk();
  const agents = useAgents().filter(({ id }) => id !== desk.you);
  const [chosen, choose] = useState(0);
  const [closedAt, closeAt] = useState("");
  const asked = closedAt === text ? null : mentionAsked(text, caret);
  const word = asked?.word.toLocaleLowerCase() ?? "";
  const found =
    asked === null
      ? []
      : agents.filter(({ name }) => name.toLocaleLowerCase().includes(word)).slice(0, OFFERED_MAX);
  const place = Math.min(chosen, found.length - 1);
  const take = (agent: Agent) => {
    if (asked === null) return;
    const before = `${text.slice(0, asked.begin)}@${agent.name} `;
    write(before + text.slice(caret), before.length);
    choose(0);
  };
  return {
    found,
    place,
    take,
    pressed: (event) =>
      found.length > 0 &&
      pressedInChoices(event, { found, place, move: choose, take, close: () => closeAt(text) }),
    chosen: (whole) => mentionsIn(whole, agents),
  };
}

/** The list over the box. */
export function MentionChoices({ choices }: { choices: MentionState }) {
  const say = useSay();
  const { found, place, take } = choices;
  if (found.length === 0) return null;
  return (
    <div className="choices" data-testid="mentions-offered">
      <ul role="listbox" aria-label={say("mention")}>
        {found.map((agent, number) => (
          <li
            key={agent.id}
            role="option"
            aria-selected={number === place}
            onMouseDown={(event) => {
              event.preventDefault();
              take(agent);
            }}
          >
            <Face id={agent.id} name={agent.name} size="small" />
            <b>{agent.name}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
