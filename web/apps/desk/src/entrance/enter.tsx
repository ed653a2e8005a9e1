import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem.ts";
import { Button } from "../parts/controls.tsx";
import { mount, useApi, usePreferences, useWords } from "../parts/page.tsx";
import { entranceWords } from "../words/entrance.ts";
import { explain } from "../words/problems.ts";
import { CardHead, EntrancePage, Waiting } from "./card.tsx";
import { linkOfPath } from "./way.ts";

/**
 * A one-time log-in. The link is used by this page's script, not by loading the page: what looks
 * at links before a person does (a chat's preview, a mail scanner) does not use it up.
 */
function Enter() {
  const api = useApi();
  const { language } = usePreferences();
  const say = useWords(entranceWords);
  const [problem, setProblem] = useState<Problem | null>(null);
  const enter = () => {
    setProblem(null);
    api.post("/api/auth/link", { link: linkOfPath(location.pathname) }).then(
      () => location.replace("/agent"),
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        setProblem(thrown);
      },
    );
  };
  useEffect(enter, []);
  const isOver = problem !== null && problem.status >= 400 && problem.status < 429;
  return (
    <EntrancePage title={say("enterTitle")}>
      {problem === null && <Waiting text={say("entering")} />}
      {problem !== null && (
        <>
          <CardHead
            head={say(isOver ? "enterBadHead" : "failedHead")}
            sign={isOver ? "key" : "alarm"}
            kind="warn"
          >
            {isOver ? say("enterBadIntro") : explain(problem, language)}
          </CardHead>
          <div class="buttons">
            {!isOver && (
              <Button kind="primary" onClick={enter}>
                {say("tryAgain")}
              </Button>
            )}
            <a class="button" href="/login">
              {say("logIn")}
            </a>
          </div>
        </>
      )}
    </EntrancePage>
  );
}

mount(Enter);
