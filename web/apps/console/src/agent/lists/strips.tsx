/** Strips above the lists: the connection when it is not well, and alerts that are not on yet. */

import { Button } from "antd";
import { ErrorNumber, isAccessFault } from "@airdesk/protocol";
import type { ConnectionState } from "@airdesk/client";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useSay } from "../../shell/words.tsx";
import { useNow } from "../now.ts";

const SECOND_MS = 1_000;

/** How the connection is, in words; nothing while all is well and nothing waits. */
export function ConnectionStrip() {
  const desk = useDesk();
  const say = useSay();
  const state = useDeskState((one) => one.state);
  const waiting = useDeskState((one) => one.pending);
  const renews = state.name === "ended" && isAccessFault(state.number);
  const overdue = useDeskState((one) => one.overdue);
  const words = useConnectionWords(state, renews);
  const name = renews ? "connecting" : state.name === "live" && overdue ? "overdue" : state.name;
  const isQuiet = name === "live";
  return (
    <div
      className={isQuiet ? "visually-hidden" : "strip"}
      data-testid="connection"
      data-state={name}
      role="status"
    >
      {!isQuiet && <Icon name={name === "connecting" ? "sync" : "offline"} />}
      <span>
        {name === "overdue" ? say("overdue") : words}
        {!isQuiet && waiting > 0 && <small>{say("outbox", waiting)}</small>}
      </span>
      {name === "ended" && (
        <Button size="small" data-testid="again" onClick={() => desk.connectAgain()}>
          {say("connectAgain")}
        </Button>
      )}
    </div>
  );
}

function useConnectionWords(state: ConnectionState, renews: boolean): string {
  const say = useSay();
  useNow(SECOND_MS);
  if (renews) return say("renewing");
  switch (state.name) {
    case "live":
      return say("live");
    case "connecting":
      return say("connecting");
    case "ended":
      return state.number === ErrorNumber.Fenced ? say("fenced") : say("ended", state.number);
    case "offline": {
      const seconds = Math.ceil((state.retryAtMs - Date.now()) / SECOND_MS);
      return seconds > 1 ? say("retryIn", seconds) : say("retryNow");
    }
  }
}

/** Offers to turn on sound and notifications, until the person has done so or declined. */
export function AlertStrip() {
  const desk = useDesk();
  const say = useSay();
  const isOffered = useDeskState(
    ({ alerts, chime }) => chime.isOn && !alerts.isTurnedOn && alerts.permission !== "denied",
  );
  if (!isOffered) return null;
  return (
    <div className="strip calm" data-testid="alerts-offer">
      <Icon name="bell" />
      <span>{say("alertsOffer")}</span>
      <Button
        size="small"
        type="primary"
        data-testid="alerts-on"
        onClick={() => void desk.alerts.turnOn(Date.now())}
      >
        {say("turnOn")}
      </Button>
      <Button
        size="small"
        type="text"
        aria-label={say("alertsDecline")}
        data-testid="alerts-decline"
        icon={<Icon name="close" />}
        onClick={() => {
          desk.chime.isOn = false;
          desk.changed();
        }}
      />
    </div>
  );
}
