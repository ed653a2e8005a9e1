/** What every page stands on: the server, the language, the look. */

import { storageOf } from "@airdesk/client";
import { createContext, render, type FunctionComponent } from "preact";
import { useContext, useEffect, useMemo, useReducer } from "preact/hooks";
import { Api, Preferences, speaker, type Dictionary, type Speaker } from "@airdesk/staff";

interface PageParts {
  readonly api: Api;
  readonly preferences: Preferences;
}

const Parts = createContext<PageParts | null>(null);

function useParts(): PageParts {
  const parts = useContext(Parts);
  if (parts === null) throw new RangeError("a component outside a page");
  return parts;
}

/** The page's way to the server. */
export function useApi(): Api {
  return useParts().api;
}

/** The person's choices; the component is drawn again when they change. */
export function usePreferences(): Preferences {
  const { preferences } = useParts();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => preferences.watch(() => draw(undefined)), [preferences]);
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
export function mount(App: FunctionComponent): void {
  const preferences = new Preferences(storageOf("localStorage"), navigator.language);
  // Nobody is logged in here, so there is nowhere to go when the server says so.
  const parts = { api: new Api(() => undefined), preferences };
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
}
