import { useEffect, useState } from "preact/hooks";
import { explain, Problem } from "@airdesk/staff";
import { Button } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { mount, useApi, usePreferences, useWords } from "../parts/page.tsx";
import { entranceWords } from "../words/entrance.ts";
import { CardHead, EntrancePage, Waiting } from "./card.tsx";
import { NewPassword } from "./password.tsx";
import { strengthOf } from "./strength.ts";
import { CONSOLE, linkOfPath } from "./way.ts";

type Stage = { name: "entering" } | { name: "password" } | { name: "failed"; problem: Problem };

/**
 * A one-time log-in. The link is used by this page's script, not by loading the page: what looks
 * at links before a person does (a chat's preview, a mail scanner) does not use it up.
 */
function Enter() {
  const api = useApi();
  const say = useWords(entranceWords);
  const [stage, setStage] = useState<Stage>({ name: "entering" });
  const enter = () => {
    setStage({ name: "entering" });
    api.post("/api/auth/link", { link: linkOfPath(location.pathname) }).then(
      () => location.replace(CONSOLE),
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        // A link for a new password asks for it, and stays good until it has one.
        if ("password" in thrown.fields) setStage({ name: "password" });
        else setStage({ name: "failed", problem: thrown });
      },
    );
  };
  useEffect(enter, []);
  return (
    <EntrancePage title={say("enterTitle")}>
      {stage.name === "entering" && <Waiting text={say("entering")} />}
      {stage.name === "password" && (
        <PasswordForm onGone={(problem) => setStage({ name: "failed", problem })} />
      )}
      {stage.name === "failed" && <Failed problem={stage.problem} onAgain={enter} />}
    </EntrancePage>
  );
}

function PasswordForm({ onGone }: { onGone: (problem: Problem) => void }) {
  const api = useApi();
  const say = useWords(entranceWords);
  const form = useForm({ password: "" }, async ({ password }) => {
    if (strengthOf(password) === "short") {
      throw new Problem(422, "", { fields: { password: "at least 10 characters" } });
    }
    try {
      await api.post("/api/auth/link", { link: linkOfPath(location.pathname), password });
      location.replace(CONSOLE);
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.status === 410) return onGone(thrown);
      throw thrown;
    }
  });
  return (
    <>
      <CardHead head={say("newPasswordHead")}>{say("newPasswordIntro")}</CardHead>
      <form onSubmit={form.submit} noValidate>
        <NewPassword {...form.field("password")} say={say} label={say("password")} known={[]} />
        <FormFault text={form.fault} />
        <Button kind="primary" type="submit" busy={form.busy} testid="set-password">
          {say("newPasswordSet")}
        </Button>
      </form>
    </>
  );
}

function Failed({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const { language } = usePreferences();
  const say = useWords(entranceWords);
  const isOver = problem.status >= 400 && problem.status < 429;
  return (
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
          <Button kind="primary" onClick={onAgain}>
            {say("tryAgain")}
          </Button>
        )}
        <a class="button" href="/login">
          {say("logIn")}
        </a>
      </div>
    </>
  );
}

mount(Enter);
