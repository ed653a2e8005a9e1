import { Button, Checkbox, Modal } from "antd";
import { useId, useState } from "react";
import {
  useFocusBack,
  CopyText,
  FormWindow,
  TextField,
  formWords,
  useForm,
  useReload,
  type Bound,
} from "../../forms/index.ts";
import { useApi, useSession, useWords } from "../../shell/index.ts";
import { accountWords } from "../words/account.ts";
import { isResource, resourceWords } from "../words/scopes.ts";

const ACTS = [
  ["read", "mayRead"],
  ["write", "mayWrite"],
  ["supervise", "maySupervise"],
] as const;

/** Make a token; its secret is shown once. */
export function TokenWindow({ path, onClose }: { path: string; onClose: () => void }) {
  useFocusBack();
  const api = useApi();
  const say = useWords(accountWords);
  const reload = useReload();
  const [secret, setSecret] = useState("");
  const initial = { name: "", scopes: [] as readonly string[] };
  const form = useForm(initial, async (values, key) => {
    const made = await api.post<{ readonly secret: string }>(path, values, key);
    setSecret(made.secret);
    void reload(path);
  });
  if (secret !== "") return <SecretWindow secret={secret} onClose={onClose} />;
  return (
    <FormWindow title={say("addToken")} form={form} action={say("addToken")} onClose={onClose}>
      <TextField
        {...form.field("name")}
        label={say("tokenName")}
        placeholder={say("tokenNamePlaceholder")}
        lengthMax={100}
      />
      <ScopeField {...form.field("scopes")} />
    </FormWindow>
  );
}

/** What the token may do, of what the person himself may do. */
function ScopeField({ value, onChange, error }: Bound<readonly string[]>) {
  const say = useWords(accountWords);
  const sayResource = useWords(resourceWords);
  const { permissions } = useSession();
  const id = useId();
  const resources = [...new Set(permissions.map((one) => one.split(":")[0] ?? one))];
  const toggle = (scope: string, isOn: boolean) =>
    onChange(isOn ? [...value, scope] : value.filter((one) => one !== scope));
  return (
    <fieldset className="field" data-wrong={error ? true : undefined}>
      <legend>{say("scopes")}</legend>
      <p className="field-hint" id={`${id}-hint`}>
        {say("scopesHint")}
      </p>
      <div className="scope-box" tabIndex={0} role="group" aria-label={say("scopes")}>
        <table className="scopes" aria-describedby={`${id}-hint`}>
          <thead>
            <tr>
              <th>{say("resource")}</th>
              {ACTS.map(([act, saying]) => (
                <th key={act}>{say(saying)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resources.map((resource) => {
              const name = isResource(resource) ? sayResource(resource) : resource;
              return (
                <tr key={resource}>
                  <th scope="row">{name}</th>
                  {ACTS.map(([act, saying]) => {
                    const scope = `${resource}:${act}`;
                    return (
                      <td key={act}>
                        {permissions.includes(scope) && (
                          <Checkbox
                            aria-label={`${name}: ${say(saying)}`}
                            data-testid={`scope-${scope}`}
                            checked={value.includes(scope)}
                            onChange={({ target }) => toggle(scope, target.checked)}
                          />
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function SecretWindow({ secret, onClose }: { secret: string; onClose: () => void }) {
  const say = useWords(accountWords);
  const sayForm = useWords(formWords);
  const example = `curl -H "Authorization: Bearer ${secret}" \\\n  ${location.origin}/api/v1/conversations`;
  return (
    <Modal
      open
      title={say("tokenDone")}
      width={620}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
      closable={{ "aria-label": sayForm("close") }}
    >
      <div className="form">
        <CopyText text={secret} label={say("token")} testid="token-secret" />
        <p className="muted">{say("tokenDoneHint")}</p>
        <h3>{say("tokenExample")}</h3>
        <CopyText text={example} label={say("tokenExample")} isBlock />
        <div className="window-buttons">
          <Button type="primary" onClick={onClose} data-testid="done">
            {sayForm("done")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
