import { useEffect, useState } from "preact/hooks";
import { explain, Problem, type Role } from "@airdesk/staff";
import { Button, TextField } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { mount, useApi, usePreferences, useWords } from "../parts/page.tsx";
import { ROLE_SAYINGS, entranceWords } from "../words/entrance.ts";
import { CardHead, EntrancePage, Waiting } from "./card.tsx";
import { NewPassword, OldPassword } from "./password.tsx";
import { strengthOf } from "./strength.ts";
import { CONSOLE, linkOfPath } from "./way.ts";

/** "E-mail or password is wrong", in docs/reference/errors.md. */
const BAD_CREDENTIALS = 4104;

/** What an invitation says of itself. */
interface Offer {
  readonly account_name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: string;
  /** He has a password already, and joins with that one. */
  readonly has_user: boolean;
}

/** An invitation: a name and a password, and one is in. */
function Invitation() {
  const api = useApi();
  const preferences = usePreferences();
  const say = useWords(entranceWords);
  const [offer, setOffer] = useState<Offer | Problem | null>(null);
  const address = `/api/invitations/${encodeURIComponent(linkOfPath(location.pathname))}`;
  const look = () => {
    setOffer(null);
    api.get<Offer>(address).then(
      (found) => {
        setOffer(found);
        preferences.suggest(found.language);
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        setOffer(thrown);
      },
    );
  };
  useEffect(look, []);
  return (
    <EntrancePage title={say("inviteTitle")}>
      {offer === null && <Waiting text={say("loading")} />}
      {offer instanceof Problem && <NotGood problem={offer} onAgain={look} />}
      {offer !== null && !(offer instanceof Problem) && (
        <JoinForm offer={offer} address={address} onGone={setOffer} />
      )}
    </EntrancePage>
  );
}

function NotGood({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const { language } = usePreferences();
  const say = useWords(entranceWords);
  if (problem.status !== 0 && problem.status < 500 && problem.status !== 429) {
    return (
      <CardHead head={say("inviteBadHead")} sign="key" kind="warn">
        {say("inviteBadIntro")}
      </CardHead>
    );
  }
  return (
    <>
      <CardHead head={say("failedHead")} sign="alarm" kind="warn">
        {explain(problem, language)}
      </CardHead>
      <Button kind="primary" onClick={onAgain}>
        {say("tryAgain")}
      </Button>
    </>
  );
}

function JoinForm(props: { offer: Offer; address: string; onGone: (problem: Problem) => void }) {
  const { offer, address, onGone } = props;
  const api = useApi();
  const say = useWords(entranceWords);
  const form = useForm({ name: "", password: "" }, async (values, key) => {
    const wrong: Record<string, string> = {};
    if (!offer.has_user && values.name.trim() === "") wrong["name"] = "required";
    if (offer.has_user && values.password === "") wrong["password"] = "required";
    if (!offer.has_user && strengthOf(values.password) === "short") {
      wrong["password"] = "at least 10 characters";
    }
    if (Object.keys(wrong).length > 0) throw new Problem(422, "", { fields: wrong });
    try {
      await api.post(address, values, key);
      location.replace(CONSOLE);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      if (thrown.number === BAD_CREDENTIALS) {
        throw new Problem(422, "", { fields: { password: say("passwordWrong") } });
      }
      if ([404, 410].includes(thrown.status)) return onGone(thrown);
      throw thrown;
    }
  });
  const role = say(ROLE_SAYINGS[offer.role] ?? "roleAgent");
  return (
    <>
      <CardHead head={say("inviteHead", offer.account_name)}>
        {say("inviteIntroShort", role)}
      </CardHead>
      <form onSubmit={form.submit} noValidate>
        <TextField
          label={say("email")}
          name="email"
          value={offer.email}
          onChange={() => undefined}
          autocomplete="username"
          readOnly
        />
        {offer.has_user ? (
          <>
            <p class="word">{say("inviteKnown")}</p>
            <OldPassword {...form.field("password")} say={say} label={say("password")} />
          </>
        ) : (
          <>
            <TextField
              {...form.field("name")}
              label={say("yourName")}
              hint={say("yourNameHint")}
              autocomplete="name"
              lengthMax={100}
            />
            <NewPassword
              {...form.field("password")}
              say={say}
              label={say("password")}
              known={[form.values.name, offer.email, offer.account_name]}
            />
          </>
        )}
        <FormFault text={form.fault} />
        <Button kind="primary" type="submit" busy={form.busy} testid="join">
          {say("join")}
        </Button>
      </form>
    </>
  );
}

mount(Invitation);
