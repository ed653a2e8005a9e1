import { Button } from "antd";
import type { LogIn } from "@airdesk/staff";
import { LogIns, Panel, Read, useConfirm, useList, useReload } from "../forms/index.ts";
import { useApi, useWords } from "../shell/index.ts";
import { profileWords } from "./words.ts";

const SESSIONS = "/api/auth/sessions";

/** The browsers in which one is logged in. */
export function SessionsPanel() {
  const say = useWords(profileWords);
  const api = useApi();
  const confirm = useConfirm();
  const reload = useReload();
  const list = useList<LogIn>(SESSIONS);
  const others = (list.data ?? []).filter(({ is_current }) => !is_current);
  const endOthers = () =>
    confirm({
      title: say("endOthersAsk"),
      hint: say("endOthersHint", others.length),
      action: say("endOthers"),
      act: () =>
        Promise.all(others.map(({ session_id }) => api.delete(`${SESSIONS}/${session_id}`))).then(
          () => reload(SESSIONS),
        ),
    });
  return (
    <Panel
      title={say("sessions")}
      hint={say("sessionsHint")}
      actions={
        others.length > 0 && (
          <Button danger onClick={endOthers} data-testid="end-others">
            {say("endOthers")}
          </Button>
        )
      }
    >
      <Read of={list}>{(found) => <LogIns path={SESSIONS} logIns={found} />}</Read>
    </Panel>
  );
}
