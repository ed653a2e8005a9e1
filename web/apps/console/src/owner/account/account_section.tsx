import type { Session } from "@airdesk/staff";
import {
  Panel,
  Read,
  SaveBar,
  SelectField,
  TextField,
  useForm,
  useOne,
  useReload,
} from "../../forms/index.ts";
import { useApi, useWords } from "../../shell/index.ts";
import { SettingsFrame } from "../settings_frame.tsx";
import { accountWords } from "../words/account.ts";

const ACCOUNT = "/api/v1/account";
type Account = Session["account"];

/** The account's name and language. */
export default function AccountSection() {
  const say = useWords(accountWords);
  const account = useOne<Account>(ACCOUNT);
  return (
    <SettingsFrame title={say("account")} hint={say("accountHint")}>
      <Read of={account}>{(found) => <AccountForm account={found} />}</Read>
    </SettingsFrame>
  );
}

function AccountForm({ account }: { account: Account }) {
  const api = useApi();
  const say = useWords(accountWords);
  const reload = useReload();
  const initial = { name: account.name, language: account.language };
  const form = useForm(initial, async (values) => {
    const { name, language } = await api.patch<Account>(ACCOUNT, values);
    void reload(ACCOUNT);
    return { name, language };
  });
  return (
    <form className="stack" onSubmit={form.submit} noValidate>
      <Panel>
        <div className="form">
          <TextField {...form.field("name")} label={say("accountName")} lengthMax={100} />
          <SelectField
            {...form.field("language")}
            label={say("language")}
            hint={say("languageHint")}
            options={[
              ["zh", "中文"],
              ["en", "English"],
            ]}
          />
        </div>
      </Panel>
      <SaveBar form={form} />
    </form>
  );
}
