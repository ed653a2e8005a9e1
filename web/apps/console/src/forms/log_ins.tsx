/** The browsers in which somebody is logged in. */

import { Button, Tag } from "antd";
import { ago, deviceName, type LogIn } from "@airdesk/staff";
import { Icon, useApi, usePreferences, useWords } from "../shell/index.ts";
import { useReload } from "./data.tsx";
import { useConfirm } from "./panels.tsx";
import { formWords } from "./words.ts";

/**
 * Log-ins, each with a button that ends it; not the one that looks.
 *
 * @param path - of them on the server.
 */
export function LogIns({ path, logIns }: { path: string; logIns: readonly LogIn[] }) {
  return (
    <ul className="rows" data-testid="sessions">
      {logIns.map((one) => (
        <LogInRow key={one.session_id} path={path} logIn={one} />
      ))}
    </ul>
  );
}

function LogInRow({ path, logIn }: { path: string; logIn: LogIn }) {
  const api = useApi();
  const say = useWords(formWords);
  const { language } = usePreferences();
  const confirm = useConfirm();
  const reload = useReload();
  const { session_id, browser, address, last_seen_ms, is_current } = logIn;
  const name = deviceName(browser) || say("unknownDevice");
  const end = () =>
    confirm({
      title: say("endAsk", name),
      hint: say("endHint"),
      action: say("endSession"),
      act: () => api.delete(`${path}/${session_id}`).then(() => reload(path)),
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
