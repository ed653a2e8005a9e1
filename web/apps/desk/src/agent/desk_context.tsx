import type { Id } from "@airdesk/protocol";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useWatched, useWords } from "../parts/page.tsx";
import type { IconName } from "../parts/icons.tsx";
import { shortName } from "@airdesk/staff";
import type { Desk } from "@airdesk/staff";
import { deskWords } from "../words/desk.ts";

/** Holds the desk for the components in it. */
export const DeskContext = createContext<Desk | null>(null);

/** The desk; the component is drawn again when it changes. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new RangeError("a component outside a desk");
  useWatched(desk);
  return desk;
}

/** Speak the desk's words. */
export function useDeskWords() {
  return useWords(deskWords);
}

/** Gives names: of visitors, and of agents. */
export function useNames(): {
  visitor: (visitor: Id) => string;
  agent: (agent: Id) => string;
  /** The sign of a visitor who has no name; his initials otherwise. */
  icon: (visitor: Id) => { icon?: IconName };
} {
  const desk = useDesk();
  const say = useDeskWords();
  return {
    visitor: (visitor) => desk.people.visitorName(visitor) || say("visitor", shortName(visitor)),
    icon: (visitor) => (desk.people.visitorName(visitor) ? {} : { icon: "person" }),
    agent: (agent) => {
      if (agent === desk.you) return desk.session.user.name;
      return (agent && desk.people.agentName(agent)) || say("somebody");
    },
  };
}
