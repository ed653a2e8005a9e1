import { embedLine, policyLines } from "@airdesk/staff";
import { CopyText, Panel, TextField } from "../../forms/index.ts";
import { Icon, useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import type { TabProps } from "./inbox_page.tsx";

/** What the owner of a site needs to put the chat there. */
export function InstallTab({ inbox, form }: TabProps) {
  const say = useWords(inboxWords);
  return (
    <>
      <Panel
        title={say("embed")}
        hint={say("embedHint")}
        actions={
          <a
            className="button-link"
            href={`/chat/${inbox.inbox_id}`}
            target="_blank"
            rel="noopener"
            data-testid="test-chat"
          >
            <Icon name="eye" />
            {say("testChat")}
          </a>
        }
      >
        <CopyText
          text={embedLine(location.origin, inbox.inbox_id)}
          label={say("embed")}
          testid="embed"
          isBlock
        />
      </Panel>
      <Panel>
        <TextField
          {...form.field("allowed_origins")}
          label={say("origins")}
          hint={say("originsHint")}
          placeholder="https://www.example.com"
          lines={3}
          isMono
        />
      </Panel>
      <Panel title={say("policy")} hint={say("policyHint")}>
        <CopyText
          text={policyLines(location.origin)}
          label={say("policy")}
          testid="policy"
          isBlock
        />
      </Panel>
    </>
  );
}
