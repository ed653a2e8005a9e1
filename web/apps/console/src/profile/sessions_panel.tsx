import { Button, Tag } from "antd";
import { ago, deviceName, type LogIn } from "@airdesk/staff";
import { Panel, Read, useConfirm, useList, useReload } from "../forms/index.ts";
import { Icon, useApi, usePreferences, useWords } from "../shell/index.ts";
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
      <Read of={list}>
        {(found) => (
          <ul className="rows" data-testid="sessions">
            {found.map((one) => (
              <SessionRow key={one.session_id} session={one} />
            ))}
          </ul>
        )}
      </Read>
    </Panel>
  );
}

function SessionRow({ session }: { session: LogIn }) {
  const api = useApi();
  const say = useWords(profileWords);
  const { language } = usePreferences();
  const confirm = useConfirm();
  const reload = useReload();
  const { session_id, browser, address, last_seen_ms, is_current } = session;
  const name = deviceName(browser) || say("unknownDevice");
  const end = () =>
    confirm({
      title: say("endAsk", name),
      hint: say("endHint"),
      action: say("endSession"),
      act: () => api.delete(`${SESSIONS}/${session_id}`).then(() => reload(SESSIONS)),
    });
  return (
    <li className="row">
      <Icon name="screen" />
      <span className="row-words two-lines">
        <span>
          {name}
          {is_current && <Tag color="blue">{say("thisDevice")}</Tag>}
        </span>
        <small>
          {[address, say("lastSeen", ago(last_seen_ms, Date.now(), language))]
            .filter(Boolean)
            .join(" · ")}
        </small>
      </span>
      {!is_current && (
        <Button size="small" type="text" danger onClick={end} data-testid="end-session">
          {say("endSession")}
        </Button>
      )}
    </li>
  );
}
