import { storageOf } from "@airdesk/client";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { Desk, socketToken } from "@airdesk/staff";
import { logInAddress } from "../entrance/way.ts";
import { Button } from "../parts/controls.tsx";
import { mount, useParts, usePreferences, useWords } from "../parts/page.tsx";
import { deskWords } from "../words/desk.ts";
import { explain } from "@airdesk/staff";
import "../style/tokens.css";
import "../style/parts.css";
import "../style/agent.css";
import { DeskContext } from "./desk_context.tsx";
import { DeskPage } from "./desk_page.tsx";

/** The agent's page: it learns who is logged in, and opens the desk. */
function AgentPage() {
  const { api, preferences } = useParts();
  const [desk, setDesk] = useState<Desk | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const open = async () => {
    setProblem(null);
    try {
      const session = await api.get<Session>("/api/auth/session");
      api.csrf = session.csrf;
      preferences.suggest(session.account.language);
      // Without a token now, the connection asks for one as often as it needs to.
      const token = (await socketToken(api).catch(() => null)) ?? "";
      const parts = { storage: storageOf("localStorage"), tabStorage: storageOf("sessionStorage") };
      const opened = new Desk({ api, session, token, ...parts });
      opened.run();
      setDesk(opened);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      // The log-in page comes by itself.
      if (thrown.status !== 401) setProblem(thrown);
    }
  };
  useEffect(() => {
    void open();
  }, []);
  if (desk === null) return <Opening problem={problem} onAgain={() => void open()} />;
  return (
    <DeskContext.Provider value={desk}>
      <DeskPage />
    </DeskContext.Provider>
  );
}

function Opening({ problem, onAgain }: { problem: Problem | null; onAgain: () => void }) {
  const { language } = usePreferences();
  const say = useWords(deskWords);
  return (
    <div class="opening" role="status">
      {problem === null ? (
        <>
          <span class="spinner" />
          <p>{say("loading")}</p>
        </>
      ) : (
        <>
          <h1>{say("failed")}</h1>
          <p>{explain(problem, language)}</p>
          <Button kind="primary" onClick={onAgain}>
            {say("tryAgain")}
          </Button>
        </>
      )}
    </div>
  );
}

mount(AgentPage, () => location.replace(logInAddress(location.pathname)));
