import { Button } from "antd";
import { REPEATS_S } from "@airdesk/staff";
import { Panel, SelectField, SwitchField } from "../forms/index.ts";
import { useDesk, useDeskState, useWords } from "../shell/index.ts";
import { profileWords, type ProfileSaying } from "./words.ts";

/** What is heard and seen of new messages. */
export function AlertsPanel() {
  const say = useWords(profileWords);
  const desk = useDesk();
  const { alerts, chime } = desk;
  const now = useDeskState(() => ({
    isTurnedOn: alerts.isTurnedOn,
    permission: alerts.permission,
    notifies: alerts.notifies,
    repeatS: alerts.repeatS,
    hasSound: chime.isOn,
  }));
  const hints = {
    granted: say("notifiesHint"),
    default: say("notifiesHint"),
    denied: say("notifiesDenied"),
    missing: say("notifiesMissing"),
  };
  const mayNotify = now.permission === "granted" || now.permission === "default";
  return (
    <Panel title={say("alerts")} hint={say("hereOnly")}>
      {!now.isTurnedOn && (
        <div className="notice between">
          <span>{say("turnOnHint")}</span>
          <Button
            type="primary"
            data-testid="alerts-on"
            onClick={() => void alerts.turnOn(Date.now())}
          >
            {say("turnOn")}
          </Button>
        </div>
      )}
      <div className="form">
        <div className="between">
          <SwitchField
            name="sound"
            label={say("sound")}
            value={now.hasSound}
            error={undefined}
            onChange={(on) => {
              chime.isOn = on;
              desk.changed();
            }}
          />
          <Button
            size="small"
            disabled={!now.hasSound}
            data-testid="hear"
            onClick={() => {
              chime.unlock();
              chime.ring(Date.now());
            }}
          >
            {say("test")}
          </Button>
        </div>
        <SwitchField
          name="notifies"
          label={say("notifies")}
          hint={hints[now.permission]}
          value={now.notifies && mayNotify}
          disabled={!mayNotify}
          error={undefined}
          onChange={(on) => {
            alerts.notifies = on;
            if (on) void alerts.askToNotify();
          }}
        />
        <div className="short-field">
          <SelectField
            name="repeat"
            label={say("repeat")}
            value={String(now.repeatS)}
            error={undefined}
            options={REPEATS_S.map((seconds) => [
              String(seconds),
              say(`repeat-${seconds}` satisfies ProfileSaying),
            ])}
            onChange={(seconds) => {
              alerts.repeatS = Number(seconds);
            }}
          />
        </div>
      </div>
    </Panel>
  );
}
