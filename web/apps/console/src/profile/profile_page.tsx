import { Segmented } from "antd";
import { Panel, Read, SwitchField, useOne } from "../forms/index.ts";
import { PageFrame, useParts, usePreferences, useSession, useWords } from "../shell/index.ts";
import { useArrangement } from "../shell/parts.tsx";
import { AlertsPanel } from "./alerts_panel.tsx";
import { PasswordPanel } from "./password_panel.tsx";
import { SelfForm, type OwnSeat } from "./self_form.tsx";
import { SessionsPanel } from "./sessions_panel.tsx";
import { profileWords } from "./words.ts";
import "./profile.css";

/** The person's own name, capacity, look, alerts, password and log-ins. */
export default function ProfilePage() {
  const say = useWords(profileWords);
  const { user } = useSession();
  const seat = useOne<OwnSeat>(`/api/v1/members/${user.user_id}`);
  return (
    <PageFrame title={say("title")}>
      <Panel title={say("self")}>
        <Read of={seat}>{(found) => <SelfForm seat={found} />}</Read>
      </Panel>
      <LookPanel />
      <AlertsPanel />
      <PasswordPanel />
      <SessionsPanel />
    </PageFrame>
  );
}

function LookPanel() {
  const say = useWords(profileWords);
  const { preferences, workplace } = useParts();
  const hasSingleKeys = useArrangement((now) => now.hasSingleKeys);
  const { language, look } = usePreferences();
  return (
    <Panel title={say("look")} hint={say("hereOnly")}>
      <div className="pair">
        <div className="field">
          <span className="label">{say("language")}</span>
          <Segmented
            aria-label={say("language")}
            value={language}
            options={[
              { value: "zh" as const, label: "中文" },
              { value: "en" as const, label: "English" },
            ]}
            onChange={(value) => preferences.speak(value)}
          />
        </div>
        <div className="field">
          <span className="label">{say("appearance")}</span>
          <Segmented
            aria-label={say("appearance")}
            value={look}
            options={(["auto", "light", "dark"] as const).map((value) => ({
              value,
              label: say(`look-${value}`),
            }))}
            onChange={(value) => preferences.wear(value)}
          />
        </div>
      </div>
      <SwitchField
        name="keys"
        label={say("singleKeys")}
        hint={say("singleKeysHint")}
        value={hasSingleKeys}
        error={undefined}
        onChange={(on) => workplace.useSingleKeys(on)}
      />
    </Panel>
  );
}
