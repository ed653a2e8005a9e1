import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import type { Session } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { Button } from "../parts/controls.tsx";
import { useApi, useWords } from "../parts/page.tsx";
import { settingsWords } from "../words/settings.ts";

/** Holds who is logged in. */
export const SessionContext = createContext<Session | null>(null);

/** Who is logged in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new RangeError("a component outside the settings");
  return session;
}

/** True if the session may do this. */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission);
}

/** Speak the words of the settings. */
export function useSettingsWords() {
  return useWords(settingsWords);
}

/** Something that is read from the server. */
export interface Loaded<Value> {
  /** Null while it is read for the first time. */
  readonly value: Value | null;
  readonly problem: Problem | null;
  reload(): void;
}

/** Read something; what is shown stays while it is read again. */
export function useLoaded<Value>(read: () => Promise<Value>, key = ""): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    read().then(
      (found) => {
        if (isOver) return;
        setValue(found);
        setProblem(null);
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        if (!isOver) setProblem(thrown);
      },
    );
    return () => {
      isOver = true;
    };
  }, [round, key]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { value, problem, reload };
}

/** Read a whole list; without the right to, it is empty. */
export function useList<Item>(path: string, isAllowed = true): Loaded<readonly Item[]> {
  const api = useApi();
  const read = () => (isAllowed ? api.all<Item>(path) : Promise.resolve([]));
  return useLoaded<readonly Item[]>(read, path);
}

/** What stands in the place of something that is not there yet. */
export function NotYet({ loaded }: { loaded: Loaded<unknown> }) {
  const say = useSettingsWords();
  if (loaded.problem === null) {
    return (
      <p class="none" role="status">
        {say("loading")}
      </p>
    );
  }
  return (
    <div class="buttons" role="alert">
      <p class="none">{say("failed")}</p>
      <Button onClick={loaded.reload}>{say("tryAgain")}</Button>
    </div>
  );
}
