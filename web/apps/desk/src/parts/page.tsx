/** What every page stands on: the server, the language, the look. */

import { storageOf } from "@airdesk/client";
import { createContext, render, type ComponentChildren, type FunctionComponent } from "preact";
import { useContext, useEffect, useMemo, useReducer } from "preact/hooks";
import { Api } from "@airdesk/staff";
import { Preferences, speaker, type Dictionary, type Speaker } from "@airdesk/staff";

/** The parts of a page. */
export interface PageParts {
  readonly api: Api;
  readonly preferences: Preferences;
}

const Parts = createContext<PageParts | null>(null);

/** The parts of the page in which a component lives. */
export function useParts(): PageParts {
  const parts = useContext(Parts);
  if (parts === null) throw new RangeError("a component outside a page");
  return parts;
}

/** The page's way to the server. */
export function useApi(): Api {
  return useParts().api;
}

/** Draw again when `watch` tells of a change. */
export function useWatched(watched: { watch(listener: () => void): () => void }): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => watched.watch(() => draw(undefined)), [watched]);
}

/** The person's choices; the component is drawn again when they change. */
export function usePreferences(): Preferences {
  const { preferences } = useParts();
  useWatched(preferences);
  return preferences;
}

/** Speak a dictionary in the page's language. */
export function useWords<Saying extends string>(dictionary: Dictionary<Saying>): Speaker<Saying> {
  const { language } = usePreferences();
  return useMemo(() => speaker(dictionary, language), [dictionary, language]);
}

/** Set the document's title. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Draw a page into the document. */
export function mount(App: FunctionComponent, loggedOut: () => void = () => undefined): PageParts {
  const preferences = new Preferences(storageOf("localStorage"), navigator.language);
  const parts = { api: new Api(loggedOut), preferences };
  const dress = () => {
    document.documentElement.lang = preferences.language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset["look"] = preferences.look;
  };
  dress();
  preferences.watch(dress);
  render(
    <Parts.Provider value={parts}>
      <App />
    </Parts.Provider>,
    document.body,
  );
  return parts;
}

/** The children of a component. */
export interface WithChildren {
  readonly children?: ComponentChildren;
}
