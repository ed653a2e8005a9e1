import { useEffect, useState } from "preact/hooks";
import { duration, Problem, timeOfDay, type Session } from "@airdesk/staff";
import { Button, TextField } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { mount, useApi, usePreferences, useWords } from "../parts/page.tsx";
import { entranceWords } from "../words/entrance.ts";
import { CardHead, EntrancePage } from "./card.tsx";
import { OldPassword } from "./password.tsx";
import { placeAfter } from "./way.ts";

/** It is for owners alone: it refuses the e-mail of an agent. */
const RESET_COMMAND = "airdesk owner reset --email …";
const WRONG = [400, 401, 403];

/** True in a browser in which the console was open. */
function wasInside(): boolean {
  try {
    return localStorage.getItem("airdesk.inside") === "yes";
  } catch {
    return false;
  }
}

/** The log-in page. */
function LogIn() {
  const api = useApi();
  const { language } = usePreferences();
  const say = useWords(entranceWords);
  const [refusal, setRefusal] = useState("");
  const place = placeAfter(location.search);
  // Who comes for the first time was never logged out.
  const wasSentHere = new URLSearchParams(location.search).has("next") && wasInside();
  useEffect(() => {
    // Who is logged in already, as in another tab, goes on at once; who is not stays here.
    api.get<Session>("/api/auth/session").then(
      () => location.replace(place),
      () => undefined,
    );
  }, []);
  const form = useForm({ email: "", password: "" }, async (values) => {
    setRefusal("");
    const wrong: Record<string, string> = {};
    if (values.email.trim() === "") wrong["email"] = "required";
    if (values.password === "") wrong["password"] = "required";
    if (Object.keys(wrong).length > 0) throw new Problem(422, "", { fields: wrong });
    try {
      await api.post("/api/auth/login", { ...values, email: values.email.trim() });
      location.replace(place);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      if (thrown.status === 429) {
        const wait = thrown.retryS || 60;
        const at = timeOfDay(Date.now() + wait * 1000, language);
        return setRefusal(say("logInLimit", duration(wait, language), at));
      }
      if (WRONG.includes(thrown.status)) return setRefusal(say("logInWrong"));
      throw thrown;
    }
  });
  return (
    <EntrancePage title={say("logInTitle")}>
      <CardHead head={say("logInHead")}>{say("logInIntro")}</CardHead>
      <form onSubmit={form.submit} noValidate>
        {wasSentHere && refusal === "" && form.fault === "" && (
          <p class="word">{say("loggedOut")}</p>
        )}
        <TextField
          {...form.field("email")}
          label={say("email")}
          type="email"
          autocomplete="username"
          required
        />
        <OldPassword {...form.field("password")} say={say} label={say("password")} />
        <FormFault text={refusal || form.fault} />
        <Button kind="primary" type="submit" busy={form.busy} testid="log-in">
          {say("logIn")}
        </Button>
        <p class="hint">{say("forgot")}</p>
        <p class="hint">{say("forgotOwner", RESET_COMMAND)}</p>
      </form>
    </EntrancePage>
  );
}

mount(LogIn);
