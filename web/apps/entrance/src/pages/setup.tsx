import { useEffect, useState } from "preact/hooks";
import { embedLine, explain, Problem, siteOrigin, type Inbox } from "@airdesk/staff";
import { Button, SelectField, TextField } from "../parts/controls.tsx";
import { CopyText } from "../parts/copy.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { mount, useApi, usePreferences, useWords } from "../parts/page.tsx";
import { entranceWords } from "../words/entrance.ts";
import { CardHead, EntrancePage, Waiting } from "./card.tsx";
import { NewPassword } from "./password.tsx";
import { strengthOf } from "./strength.ts";
import { CONSOLE, linkOfFragment } from "./way.ts";

/** Prints a new one-time link while nobody owns the installation. The folder is not told here. */
const SETUP_COMMAND = `.venv/bin/airdesk owner setup --data DATA --port ${location.port || "8000"}`;
/** What was typed, but for the password: a link that ran out meanwhile costs no second typing. */
const TYPED = "airdesk.setup";
const LINK_NOT_GOOD = [403, 404, 410];

type Stage =
  | { name: "loading" }
  | { name: "failed"; problem: Problem }
  | { name: "form"; link: string }
  | { name: "no link" }
  | { name: "bad link" }
  | { name: "done already" }
  | { name: "ready"; inbox: Inbox | null };

/** The first-run page: from nothing to the line that goes into the site. */
function SetUp() {
  const api = useApi();
  const say = useWords(entranceWords);
  const [stage, setStage] = useState<Stage>({ name: "loading" });
  const look = () => {
    api.get<{ needs_owner: boolean }>("/api/setup").then(
      ({ needs_owner }) => {
        const link = linkOfFragment(location.hash);
        if (!needs_owner) setStage({ name: "done already" });
        else setStage(link ? { name: "form", link } : { name: "no link" });
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        setStage({ name: "failed", problem: thrown });
      },
    );
  };
  useEffect(() => {
    look();
    // A link that is pasted into the address of the open page changes only its fragment.
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return (
    <EntrancePage title={say("setUpTitle")} broad={stage.name === "ready"}>
      <StageView stage={stage} onStage={setStage} onAgain={look} />
    </EntrancePage>
  );
}

function StageView(props: { stage: Stage; onStage: (stage: Stage) => void; onAgain: () => void }) {
  const { stage, onStage, onAgain } = props;
  const { language } = usePreferences();
  const say = useWords(entranceWords);
  switch (stage.name) {
    case "loading":
      return <Waiting text={say("loading")} />;
    case "failed":
      return (
        <>
          <CardHead head={say("failedHead")} sign="alarm" kind="warn">
            {explain(stage.problem, language)}
          </CardHead>
          <Button kind="primary" onClick={onAgain}>
            {say("tryAgain")}
          </Button>
        </>
      );
    case "no link":
      return <LinkNeeded head={say("noLinkHead")} intro={say("noLinkIntro")} example />;
    case "bad link":
      return <LinkNeeded head={say("badLinkHead")} intro={say("badLinkIntro")} />;
    case "done already":
      return (
        <>
          <CardHead head={say("doneAlreadyHead")} sign="check" kind="good">
            {say("doneAlreadyIntro")}
          </CardHead>
          <a class="button primary" href="/login">
            {say("logIn")}
          </a>
        </>
      );
    case "form":
      return <SetUpForm link={stage.link} onStage={onStage} />;
    case "ready":
      return <Ready inbox={stage.inbox} />;
  }
}

function LinkNeeded(props: { head: string; intro: string; example?: boolean }) {
  const say = useWords(entranceWords);
  return (
    <>
      <CardHead head={props.head} sign="key" kind="warn">
        {props.intro}
      </CardHead>
      <div class="form">
        {props.example && (
          <>
            <pre>{`${location.origin}/setup#link=…`}</pre>
            <p class="hint">{say("noLinkAgain")}</p>
          </>
        )}
        <CopyText text={SETUP_COMMAND} label={say("noLinkAgain")} />
      </div>
    </>
  );
}

function typedBefore(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(TYPED) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

function keepTyped(values: Record<string, string> | null): void {
  try {
    if (values === null) sessionStorage.removeItem(TYPED);
    else sessionStorage.setItem(TYPED, JSON.stringify({ ...values, password: "" }));
  } catch {
    // Where storage is blocked the form begins empty.
  }
}

function SetUpForm({ link, onStage }: { link: string; onStage: (stage: Stage) => void }) {
  const api = useApi();
  const preferences = usePreferences();
  const say = useWords(entranceWords);
  const form = useForm(
    {
      account_name: "",
      name: "",
      email: "",
      password: "",
      language: preferences.language as string,
      site_origin: "",
      ...typedBefore(),
    },
    async (values, key) => {
      const wrong: Record<string, string> = {};
      const origin = siteOrigin(values.site_origin);
      for (const name of ["account_name", "name", "email", "password"] as const) {
        if (values[name].trim() === "") wrong[name] = "required";
      }
      if (wrong["password"] === undefined && strengthOf(values.password) === "short") {
        wrong["password"] = "at least 10 characters";
      }
      if (origin === null) wrong["site_origin"] = say("siteWrong");
      if (Object.keys(wrong).length > 0) throw new Problem(422, "", { fields: wrong });
      try {
        const body = { ...values, link, site_origin: origin };
        const { csrf } = await api.post<{ csrf: string }>("/api/setup", body, key);
        api.csrf = csrf;
      } catch (thrown) {
        if (thrown instanceof Problem && LINK_NOT_GOOD.includes(thrown.status)) {
          keepTyped(values);
          return onStage({ name: "bad link" });
        }
        throw thrown;
      }
      keepTyped(null);
      // The link is used up: it has no business in the history.
      history.replaceState(null, "", location.pathname);
      const inboxes = await api.all<Inbox>("/api/v1/inboxes").catch(() => []);
      onStage({ name: "ready", inbox: inboxes[0] ?? null });
    },
  );
  const known = [form.values.name, form.values.email, form.values.account_name];
  return (
    <>
      <CardHead head={say("setUpHead")}>{say("setUpIntro")}</CardHead>
      <form onSubmit={form.submit} noValidate>
        <TextField
          {...form.field("account_name")}
          label={say("company")}
          hint={say("companyHint")}
          autocomplete="organization"
          lengthMax={100}
        />
        <TextField
          {...form.field("name")}
          label={say("yourName")}
          hint={say("yourNameHint")}
          autocomplete="name"
          lengthMax={100}
        />
        <TextField
          {...form.field("email")}
          label={say("email")}
          hint={say("emailHint")}
          type="email"
          autocomplete="username"
        />
        <NewPassword {...form.field("password")} say={say} label={say("password")} known={known} />
        <SelectField
          {...form.field("language")}
          label={say("language")}
          hint={say("languageHint")}
          onChange={(language) => {
            form.set({ language });
            preferences.speak(language === "zh" ? "zh" : "en");
          }}
          options={[
            ["zh", "中文"],
            ["en", "English"],
          ]}
        />
        <TextField
          {...form.field("site_origin")}
          label={say("site")}
          hint={say("siteHint")}
          placeholder={say("sitePlaceholder")}
          autocomplete="url"
        />
        <FormFault text={form.fault} />
        <Button kind="primary" type="submit" busy={form.busy} testid="set-up">
          {say("setUp")}
        </Button>
      </form>
    </>
  );
}

function Ready({ inbox }: { inbox: Inbox | null }) {
  const say = useWords(entranceWords);
  return (
    <>
      <CardHead head={say("doneHead")} sign="check" kind="good">
        {say("doneIntro")}
      </CardHead>
      <ol class="steps">
        {inbox && (
          <li>
            <span class="number">1</span>
            <h3>{say("embedHead")}</h3>
            <p class="hint">{say("embedHint")}</p>
            <CopyText
              text={embedLine(location.origin, inbox.inbox_id)}
              label={say("embedLabel")}
              testid="embed"
            />
          </li>
        )}
        {inbox && (
          <li>
            <span class="number">2</span>
            <h3>{say("testHead")}</h3>
            <p class="hint">{say("testHint")}</p>
            <p>
              <a
                class="button"
                href={`/chat/${inbox.inbox_id}`}
                target="_blank"
                rel="noopener"
                data-testid="test-link"
              >
                {say("testLink")}
              </a>
            </p>
          </li>
        )}
        <li>
          <span class="number">{inbox ? 3 : 1}</span>
          <h3>{say("deskHead")}</h3>
          <p class="hint">{say("deskHint")}</p>
          <p>
            <a class="button primary" href={CONSOLE} data-testid="to-desk">
              {say("toDesk")}
            </a>
          </p>
        </li>
      </ol>
    </>
  );
}

mount(SetUp);
