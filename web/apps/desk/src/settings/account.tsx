/** Account, password, log-ins, API tokens. */

import { useState } from "preact/hooks";
import type { ApiToken, LogIn, Session } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { NewPassword, OldPassword } from "../entrance/password.tsx";
import { Button, Choices, SelectField, TextField } from "../parts/controls.tsx";
import { CopyText } from "../parts/copy.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useApi, usePreferences, useWords } from "../parts/page.tsx";
import { entranceWords } from "../words/entrance.ts";
import { ago, dayAndTime, deviceName } from "@airdesk/staff";
import { NotYet, useList, useLoaded, useMay, useSession, useSettingsWords } from "./context.tsx";
import { Confirm, DialogButtons, Panel, Row, Section, useOpen } from "./section.tsx";

/** The account's name and language. */
export function AccountSection() {
  const api = useApi();
  const say = useSettingsWords();
  const mayWrite = useMay("account:write");
  const account = useLoaded(() => api.get<Session["account"]>("/api/v1/account"));
  return (
    <Section title={say("account")} intro={say("accountIntro")}>
      {account.value === null ? (
        <NotYet loaded={account} />
      ) : (
        <AccountForm account={account.value} mayWrite={mayWrite} />
      )}
    </Section>
  );
}

function AccountForm(props: { account: Session["account"]; mayWrite: boolean }) {
  const { account, mayWrite } = props;
  const api = useApi();
  const say = useSettingsWords();
  const [isSaved, setSaved] = useState(false);
  const initial = { name: account.name, language: account.language };
  const form = useForm(initial, async (values) => {
    setSaved(false);
    await api.patch("/api/v1/account", values);
    setSaved(true);
  });
  return (
    <Panel>
      <form onSubmit={form.submit} noValidate>
        <TextField
          {...form.field("name")}
          label={say("accountName")}
          readOnly={!mayWrite}
          lengthMax={100}
        />
        <SelectField
          {...form.field("language")}
          label={say("language")}
          options={[
            ["zh", "中文"],
            ["en", "English"],
          ]}
        />
        <FormFault text={form.fault} />
        {isSaved && !form.touched && (
          <p class="word good" role="status">
            {say("saved")}
          </p>
        )}
        {mayWrite ? (
          <div class="buttons">
            <Button kind="primary" type="submit" busy={form.busy} testid="save">
              {say("save")}
            </Button>
          </div>
        ) : (
          <p class="hint">{say("readOnly")}</p>
        )}
      </form>
    </Panel>
  );
}

/** Where the person is logged in, and the password. */
export function LogInSection() {
  const api = useApi();
  const say = useSettingsWords();
  const { language } = usePreferences();
  const list = useList<LogIn>("/api/auth/sessions");
  const [ended, end, closeEnd] = useOpen<LogIn>();
  const nameOf = (one: LogIn) => deviceName(one.browser) || say("unknownDevice");
  return (
    <Section title={say("sessions")} intro={say("sessionsIntro")}>
      {list.value === null && <NotYet loaded={list} />}
      <ul class="rows" data-testid="sessions">
        {list.value?.map((one) => (
          <Row
            key={one.session_id}
            title={
              <>
                {nameOf(one)}
                {one.is_current && <i class="tag">{say("thisDevice")}</i>}
              </>
            }
            detail={[one.address, say("lastSeen", ago(one.last_seen_ms, Date.now(), language))]
              .filter(Boolean)
              .join(" · ")}
          >
            {!one.is_current && (
              <Button kind="danger" testid="end-session" onClick={() => end(one)}>
                {say("endSession")}
              </Button>
            )}
          </Row>
        ))}
      </ul>
      <PasswordPanel onChanged={list.reload} />
      {ended && (
        <Confirm
          title={say("removeAsk", nameOf(ended))}
          action={say("endSession")}
          onClose={closeEnd}
          act={() => api.delete(`/api/auth/sessions/${ended.session_id}`).then(list.reload)}
        />
      )}
    </Section>
  );
}

function PasswordPanel({ onChanged }: { onChanged: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const sayEntrance = useWords(entranceWords);
  const { user, account } = useSession();
  const [isDone, setDone] = useState(false);
  const form = useForm({ old: "", new: "" }, async (values) => {
    setDone(false);
    try {
      await api.post("/api/auth/password", values);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 403) throw thrown;
      throw new Problem(422, "", { fields: { old: say("passwordWrong") } });
    }
    form.set({ old: "", new: "" });
    setDone(true);
    onChanged();
  });
  return (
    <Panel title={say("passwordTitle")}>
      <form onSubmit={form.submit} noValidate>
        <OldPassword {...form.field("old")} say={sayEntrance} label={say("passwordOld")} />
        <NewPassword
          {...form.field("new")}
          say={sayEntrance}
          label={say("passwordNew")}
          known={[user.name, user.email, account.name]}
        />
        <FormFault text={form.fault} />
        {isDone && <p class="word good">{say("passwordDone")}</p>}
        <div class="buttons">
          <Button type="submit" busy={form.busy} testid="change-password">
            {say("passwordChange")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** Keys for programs. */
export function TokenSection() {
  const api = useApi();
  const say = useSettingsWords();
  const { language } = usePreferences();
  const list = useList<ApiToken>("/api/v1/tokens");
  const [adding, add, closeAdd] = useOpen<true>();
  const [removed, remove, closeRemove] = useOpen<ApiToken>();
  const usedWord = ({ last_used_ms }: ApiToken) =>
    last_used_ms ? say("used", ago(last_used_ms, Date.now(), language)) : say("neverUsed");
  return (
    <Section
      title={say("tokens")}
      intro={say("tokensIntro")}
      action={
        <Button kind="primary" icon="add" testid="add" onClick={() => add(true)}>
          {say("addToken")}
        </Button>
      }
    >
      {list.value === null && <NotYet loaded={list} />}
      {list.value?.length === 0 && <p class="none boxed">{say("noneTokens")}</p>}
      <ul class="rows">
        {list.value?.map((token) => (
          <Row
            key={token.token_id}
            title={token.name}
            detail={
              <>
                {say("created", dayAndTime(token.created_ms, language))} · {usedWord(token)}
                <br />
                {token.scopes.join(", ")}
              </>
            }
          >
            <Button
              kind="danger"
              icon="trash"
              label={say("remove")}
              onClick={() => remove(token)}
            />
          </Row>
        ))}
      </ul>
      {adding && <TokenDialog onClose={closeAdd} onMade={list.reload} />}
      {removed && (
        <Confirm
          title={say("removeAsk", removed.name)}
          action={say("remove")}
          onClose={closeRemove}
          act={() => api.delete(`/api/v1/tokens/${removed.token_id}`).then(list.reload)}
        />
      )}
    </Section>
  );
}

function TokenDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const { permissions } = useSession();
  const [secret, setSecret] = useState("");
  const initial = { name: "", scopes: [] as readonly string[] };
  const form = useForm(initial, async (values, key) => {
    const made = await api.post<{ secret: string }>("/api/v1/tokens", values, key);
    setSecret(made.secret);
    onMade();
  });
  if (secret !== "") {
    return (
      <Dialog title={say("tokenDone")} closeLabel={say("close")} onClose={onClose} guarded>
        <div class="form">
          <CopyText text={secret} label={say("token")} testid="token-secret" />
          <p class="hint">{say("tokenDoneHint")}</p>
          <div class="buttons end">
            <Button kind="primary" onClick={onClose}>
              {say("close")}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={say("addToken")}
      closeLabel={say("close")}
      onClose={onClose}
      guarded={form.touched}
      wide
    >
      <form onSubmit={form.submit} noValidate>
        <TextField {...form.field("name")} label={say("tokenName")} lengthMax={100} />
        <div class="columns">
          <Choices
            {...form.field("scopes")}
            label={say("scopes")}
            options={[...permissions].sort().map((one) => [one, one] as const)}
          />
          {form.error("scopes") && <p class="fault">{form.error("scopes")}</p>}
        </div>
        <FormFault text={form.fault} />
        <DialogButtons busy={form.busy} onClose={onClose} action={say("add")} />
      </form>
    </Dialog>
  );
}
