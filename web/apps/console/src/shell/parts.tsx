import { createContext, useContext, useSyncExternalStore } from "react";
import type { Api, Language, Look, Preferences } from "@airdesk/staff";
import type { Arrangement, Workplace } from "./workplace.ts";

/** What the whole console stands on: the server, and the person's choices. */
export interface ConsoleParts {
  readonly api: Api;
  readonly preferences: Preferences;
  readonly workplace: Workplace;
}

/** Where components find the console's parts. */
export const PartsContext = createContext<ConsoleParts | null>(null);

/** The console's parts. */
export function useParts(): ConsoleParts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new RangeError("a component outside the console");
  return parts;
}

/** The way to the server. */
export function useApi(): Api {
  return useParts().api;
}

/** The language and the look that the person chose; drawn again when they change. */
export function usePreferences(): { readonly language: Language; readonly look: Look } {
  const { preferences } = useParts();
  const language = useSyncExternalStore(preferences.watch, () => preferences.language);
  const look = useSyncExternalStore(preferences.watch, () => preferences.look);
  return { language, look };
}

/** How the page is arranged; drawn again when that part of it changes. */
export function useArrangement<Value>(select: (now: Arrangement) => Value): Value {
  const { workplace } = useParts();
  return useSyncExternalStore(workplace.watch, () => select(workplace.now));
}
