import { ChoicesField, Panel, SelectField, SwitchField } from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import { IdentityPanel } from "./identity_panel.tsx";
import type { TabProps } from "./inbox_page.tsx";

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
    </>
  );
}
