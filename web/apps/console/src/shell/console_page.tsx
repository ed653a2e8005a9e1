import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { storageOf } from "@airdesk/client";
import {
  Api,
  Desk,
  Preferences,
  Problem,
  explain,
  socketToken,
  type Session,
} from "@airdesk/staff";
import { DeskContext } from "./desk.tsx";
import { isLeaving, rememberInside } from "./inside.ts";
import { Dress } from "./dress.tsx";
import { Layout } from "./layout.tsx";
import { PartsContext, usePreferences, useParts } from "./parts.tsx";
import { SessionContext } from "./session.tsx";
import { useSay } from "./words.tsx";
import { Workplace } from "./workplace.ts";

/** What was read over HTTP is shown at once and read again behind it when it is older. */
const FRESH_MS = 15_000;
const TRIES_MAX = 2;

const toLogIn = () => {
  // What is refused after the log-out must not bring the next person back to this place.
  if (isLeaving()) return;
  location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
};
const parts = {
  api: new Api(toLogIn),
  preferences: new Preferences(storageOf("localStorage"), navigator.language),
  workplace: new Workplace(storageOf("localStorage")),
};
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What the server refused it refuses again; only a missing answer is worth another try.
      retry: (failures, thrown) =>
        failures < TRIES_MAX && thrown instanceof Problem && thrown.status === 0,
    },
  },
});

/** The console: it learns who is logged in, opens the desk and shows the page of the address. */
export function ConsolePage() {
  return (
    <PartsContext value={parts}>
      <QueryClientProvider client={queries}>
        <Dress>
          <Opened>
            <Layout />
          </Opened>
        </Dress>
      </QueryClientProvider>
    </PartsContext>
  );
}

interface Open {
  readonly session: Session;
  readonly desk: Desk;
}

function Opened({ children }: { children: ReactNode }) {
  const { api, preferences } = useParts();
  const [open, setOpen] = useState<Open | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    setProblem(null);
    openDesk(api, preferences).then(
      (opened) => {
        if (isOver) return;
        opened.desk.run();
        setOpen(opened);
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        // The log-in page comes by itself.
        if (thrown.status !== 401 && !isOver) setProblem(thrown);
      },
    );
    return () => {
      isOver = true;
    };
  }, [api, preferences, tries]);
  if (open === null) return <Opening problem={problem} onAgain={() => setTries(tries + 1)} />;
  return (
    <SessionContext value={open.session}>
      <DeskContext value={open.desk}>{children}</DeskContext>
    </SessionContext>
  );
}

async function openDesk(api: Api, preferences: Preferences): Promise<Open> {
  const session = await api.get<Session>("/api/auth/session");
  api.csrf = session.csrf;
  rememberInside(true);
  preferences.suggest(session.account.language);
  // Without a token now, the connection asks for one as often as it needs to.
  const token = (await socketToken(api).catch(() => null)) ?? "";
  const storages = {
    storage: storageOf("localStorage"),
    tabStorage: storageOf("sessionStorage"),
  };
  return { session, desk: new Desk({ api, session, token, ...storages }) };
}

function Opening({ problem, onAgain }: { problem: Problem | null; onAgain: () => void }) {
  const { language } = usePreferences();
  const say = useSay();
  return (
    <main className="opening" role="status">
      {problem === null ? (
        <>
          <span className="spinner" />
          <p>{say("opening")}</p>
        </>
      ) : (
        <>
          <h1>{say("noAnswer")}</h1>
          <p>{explain(problem, language)}</p>
          <Button type="primary" onClick={onAgain}>
            {say("tryAgain")}
          </Button>
        </>
      )}
    </main>
  );
}
