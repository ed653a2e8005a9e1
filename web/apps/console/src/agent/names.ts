import { shortName } from "@airdesk/staff";
import type { Id } from "@airdesk/protocol";
import { useDeskState } from "../shell/desk.tsx";
import { useSay } from "../shell/words.tsx";

/** What a visitor is called. */
export function useVisitorName(visitor: Id, known = ""): string {
  const say = useSay();
  const name = useDeskState((desk) => (known === "" ? desk.people.visitorName(visitor) : known));
  return name === "" ? say("visitor", shortName(visitor)) : name;
}

/** What an agent is called; "I" for oneself. */
export function useAgentName(agent: Id): string {
  const say = useSay();
  return useDeskState((desk) => {
    if (agent === desk.you) return say("you");
    return desk.people.agentName(agent) || say("somebody");
  });
}
