import { isAccessFault } from "@airdesk/protocol";
import { useEffect, useState } from "preact/hooks";
import type { Shown } from "./shown.ts";

/** A short break is not worth a word. */
const PATIENCE_MS = 1_200;

/** Says in words how the connection is, if it is not well, or that the server stores nothing. */
export function ConnectionLine({ chat, words }: Shown) {
  const [patient, setPatient] = useState(true);
  const [, tick] = useState(0);
  const state = chat.connection;
  const well = state.name === "live";
  useEffect(() => {
    if (well) return setPatient(true);
    const patience = setTimeout(() => setPatient(false), PATIENCE_MS);
    // The seconds until the next try pass.
    const seconds = setInterval(() => tick((n) => n + 1), 1_000);
    return () => {
      clearTimeout(patience);
      clearInterval(seconds);
    };
  }, [well]);
  const hidden = well ? !chat.overdue : patient && state.name !== "ended";
  return (
    <div class={hidden ? "line hidden" : "line"} role="status">
      <span data-testid="connection" data-state={state.name}>
        {hidden ? "" : sentence()}
      </span>
      {!hidden && !well && state.name !== "connecting" && (
        <button type="button" data-testid="again" onClick={() => chat.again()}>
          {words.say("again")}
        </button>
      )}
    </div>
  );

  function sentence(): string {
    switch (state.name) {
      case "live":
        return words.say("overdue");
      case "connecting":
        return words.say("connecting");
      case "offline": {
        const seconds = Math.ceil((state.retryAtMs - Date.now()) / 1_000);
        return seconds > 1 ? words.say("offlineFor", seconds) : words.say("offlineNow");
      }
      case "ended":
        return words.say(isAccessFault(state.number) ? "refused" : "offlineNever", state.number);
    }
  }
}
