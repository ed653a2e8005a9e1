import { Button } from "antd";
import { useState } from "react";
import { dayAndTime, snoozeChoices } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { usePreferences } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import { ChoiceList } from "./choice_list.tsx";
import { DialogFrame, useClose } from "./dialog_frame.tsx";

const MINUTE_MS = 60_000;

/** Put the open conversation aside until a time. */
export default function SnoozeDialog() {
  const say = useSay();
  const desk = useDesk();
  const close = useClose();
  const { language } = usePreferences();
  const [own, setOwn] = useState("");
  const times = snoozeChoices(Date.now());
  const snooze = (untilMs: number) => {
    desk.snooze(untilMs);
    close();
  };
  const ownMs = own === "" ? 0 : new Date(own).getTime();
  return (
    <DialogFrame title="snoozeTitle">
      <p className="dialog-hint">{say("snoozeHint")}</p>
      <ChoiceList
        label={say("snoozeTitle")}
        choices={times.map(({ name, untilMs }) => ({
          key: String(untilMs),
          name: say(`snooze-${name}`),
          hint: dayAndTime(untilMs, language),
          sign: <Icon name="alarm" />,
        }))}
        onChoose={({ key }) => snooze(Number(key))}
      />
      <form
        className="dialog-field own-time"
        onSubmit={(event) => {
          event.preventDefault();
          if (ownMs > Date.now()) snooze(ownMs);
        }}
      >
        <label>
          <span>{say("snoozeOwn")}</span>
          <input
            type="datetime-local"
            value={own}
            min={localTime(Date.now() + MINUTE_MS)}
            onChange={({ currentTarget }) => setOwn(currentTarget.value)}
          />
        </label>
        <Button htmlType="submit" disabled={ownMs <= Date.now()}>
          {say("snooze")}
        </Button>
      </form>
    </DialogFrame>
  );
}

/** A time as the browser's own field has it. */
function localTime(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, 16);
}
