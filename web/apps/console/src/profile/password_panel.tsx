import { Button, Input } from "antd";
import { Problem } from "@airdesk/staff";
import { Field, FormFault, Panel, useForm, useReload, type Bound } from "../forms/index.ts";
import { useApi, useWords } from "../shell/index.ts";
import { profileWords } from "./words.ts";

/** Change one's password. */
export function PasswordPanel() {
  const api = useApi();
  const say = useWords(profileWords);
  const reload = useReload();
  const empty = { old: "", new: "" };
  const form = useForm(empty, async (values) => {
    try {
      await api.post("/api/auth/password", values);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 403) throw thrown;
      throw new Problem(422, "", { fields: { old: say("passwordWrong") } });
    }
    void reload("/api/auth/sessions");
    return empty;
  });
  return (
    <Panel title={say("password")}>
      <form className="form" onSubmit={form.submit} noValidate>
        <div className="pair">
          <PasswordField
            {...form.field("old")}
            label={say("passwordOld")}
            complete="current-password"
          />
          <PasswordField
            {...form.field("new")}
            error={form.error("new") ?? form.error("password")}
            label={say("passwordNew")}
            hint={say("passwordHint")}
            complete="new-password"
          />
        </div>
        <FormFault text={form.fault} />
        <div className="between">
          <Button
            htmlType="submit"
            loading={form.isBusy}
            disabled={!form.isDirty}
            data-testid="change-password"
          >
            {say("passwordChange")}
          </Button>
          <span role="status" className="saved-words">
            {form.isSaved && !form.isDirty && say("passwordDone")}
          </span>
        </div>
      </form>
    </Panel>
  );
}

function PasswordField(
  props: Bound<string> & {
    readonly label: string;
    readonly hint?: string;
    readonly complete: "current-password" | "new-password";
  },
) {
  const { value, onChange, complete } = props;
  return (
    <Field {...props}>
      {(tie) => (
        <Input.Password
          {...tie}
          value={value}
          autoComplete={complete}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
