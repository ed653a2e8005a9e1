import { Button } from "antd";
import { useId, useRef, useState } from "react";
import { Problem, explain, fieldFault, withQuery, type Inbox } from "@airdesk/staff";
import { useReload } from "../../forms/index.ts";
import { Icon, useApi, usePreferences, useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import { logoAddress } from "./inbox_section.tsx";

const INBOXES = "/api/v1/inboxes";

/** The picture that visitors see; choosing one saves it, as a file cannot wait in a form. */
export function LogoField({ inbox }: { inbox: Inbox }) {
  const api = useApi();
  const say = useWords(inboxWords);
  const { language } = usePreferences();
  const reload = useReload();
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();
  const path = `${INBOXES}/${inbox.inbox_id}`;
  const act = async (doing: () => Promise<unknown>) => {
    setBusy(true);
    setFault("");
    try {
      await doing();
      await reload(INBOXES);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const said = thrown.fields["logo"];
      setFault(said === undefined ? explain(thrown, language) : fieldFault(said, language));
    } finally {
      setBusy(false);
    }
  };
  const upload = (file: File) => {
    const address = withQuery(`${path}/logo/files`, { name: file.name });
    return act(() => api.upload<Inbox>(address, file, () => undefined).done);
  };
  const remove = () => act(() => api.patch(path, { settings: { logo_file_id: null } }));
  const hasLogo = inbox.settings.logo_file_id !== null;
  return (
    <div className="field" role="group" aria-labelledby={`${id}-label`}>
      <span className="label" id={`${id}-label`}>
        {say("logo")}
      </span>
      <div className="logo-field">
        <span className="logo-picture" style={{ background: inbox.settings.colour }}>
          {hasLogo ? <img src={logoAddress(inbox)} alt="" /> : <Icon name="inbox" />}
        </span>
        <Button loading={isBusy} onClick={() => picker.current?.click()} data-testid="logo-choose">
          {say(hasLogo ? "logoOther" : "logoUpload")}
        </Button>
        {hasLogo && (
          <Button type="text" danger disabled={isBusy} onClick={() => void remove()}>
            {say("logoRemove")}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={say("logo")}
          accept="image/png,image/jpeg,image/gif,image/webp"
          data-testid="logo-file"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            // The same file can be chosen again after a fault.
            currentTarget.value = "";
            if (file !== undefined) void upload(file);
          }}
        />
      </div>
      <p className="field-hint">{say("logoHint")}</p>
      {fault !== "" && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
