import { App, Button } from "antd";
import type { Inbox } from "@airdesk/staff";
import { ChoicesField, Panel, SelectField, SwitchField, useConfirm } from "../../forms/index.ts";
import { useApi, useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import { IdentityPanel } from "./identity_panel.tsx";
import type { TabProps } from "./inbox_page.tsx";

/** Void what visitors' browsers hold. */
function LogOutPanel({ inbox }: { inbox: Inbox }) {
  const api = useApi();
  const say = useWords(inboxWords);
  const confirm = useConfirm();
  const { message } = App.useApp();
  const logOut = () =>
    confirm({
      title: say("logOutAsk"),
      hint: say("logOutHint"),
      action: say("logOut"),
      act: async () => {
        await api.post(`/api/v1/inboxes/${inbox.inbox_id}/visitor-key`);
        void message.success(say("logOutDone"));
      },
    });
  return (
    <Panel title={say("logOut")} hint={say("logOutHint")}>
      <div className="buttons">
        <Button danger onClick={logOut} data-testid="log-visitors-out">
          {say("logOut")}
        </Button>
      </div>
    </Panel>
  );
}

/** What is asked of visitors, and how a site vouches for them. */
export function VisitorsTab({ inbox, form }: TabProps) {
  const say = useWords(inboxWords);
  return (
    <>
      <Panel>
        <div className="form">
          <SelectField
            {...form.field("form")}
            label={say("form")}
            options={[
              ["off", say("formOff")],
              ["before", say("formBefore")],
              ["after", say("formAfter")],
            ]}
          />
          {form.values.form !== "off" && (
            <ChoicesField
              {...form.field("form_fields")}
              label={say("formFields")}
              options={[
                ["name", say("fieldName")],
                ["email", say("fieldEmail")],
                ["phone", say("fieldPhone")],
              ]}
            />
          )}
        </div>
      </Panel>
      <IdentityPanel inbox={inbox}>
        <SwitchField
          {...form.field("identify_required")}
          label={say("identityRequired")}
          hint={say("identityRequiredHint")}
        />
      </IdentityPanel>
      <LogOutPanel inbox={inbox} />
    </>
  );
}
