import { Button, Segmented } from "antd";
import { useState, type ReactNode } from "react";
import type { Inbox } from "@airdesk/staff";
import { CopyText, Panel, useConfirm, useReload } from "../../forms/index.ts";
import { Icon, useApi, useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import { PAGE_EXAMPLE, SERVER_EXAMPLES } from "./identity_examples.ts";

const INBOXES = "/api/v1/inboxes";

/** The secret by which a site vouches for its customers, and how that is done. */
export function IdentityPanel({ inbox, children }: { inbox: Inbox; children: ReactNode }) {
  const api = useApi();
  const say = useWords(inboxWords);
  const confirm = useConfirm();
  const reload = useReload();
  const [isShown, setShown] = useState(false);
  const [own, setOwn] = useState("");
  const secret = own || (inbox.identify_secret ?? "");
  const renew = () =>
    confirm({
      title: say("secretNewAsk"),
      hint: say("secretNewHint"),
      action: say("secretNew"),
      act: async () => {
        const path = `${INBOXES}/${inbox.inbox_id}/identify-secret`;
        const made = await api.post<{ readonly identify_secret: string }>(path);
        setOwn(made.identify_secret);
        setShown(true);
        await reload(INBOXES);
      },
    });
  return (
    <Panel title={say("identity")} hint={say("identityHint")}>
      <div className="form">
        {children}
        <div className="field" role="group" aria-label={say("secret")}>
          <span className="label">{say("secret")}</span>
          {isShown && <CopyText text={secret} label={say("secret")} testid="identify-secret" />}
          <p className="field-hint">{say("secretKeep")}</p>
          <div className="buttons">
            {!isShown && secret !== "" && (
              <Button
                icon={<Icon name="eye" />}
                onClick={() => setShown(true)}
                data-testid="show-secret"
              >
                {say("secretShow")}
              </Button>
            )}
            <Button onClick={renew} data-testid="rotate-secret">
              {say("secretNew")}
            </Button>
          </div>
        </div>
        <Examples />
      </div>
    </Panel>
  );
}

function Examples() {
  const say = useWords(inboxWords);
  const [language, setLanguage] = useState<keyof typeof SERVER_EXAMPLES>("PHP");
  return (
    <>
      <div className="field">
        <div className="between">
          <span className="label">{say("onServer")}</span>
          <Segmented
            size="small"
            aria-label={say("onServer")}
            value={language}
            options={Object.keys(SERVER_EXAMPLES) as (keyof typeof SERVER_EXAMPLES)[]}
            onChange={setLanguage}
          />
        </div>
        <CopyText text={SERVER_EXAMPLES[language]} label={say("onServer")} isBlock />
      </div>
      <div className="field">
        <span className="label">{say("onPage")}</span>
        <CopyText text={PAGE_EXAMPLE} label={say("onPage")} isBlock />
      </div>
    </>
  );
}
