import { Button, Modal } from "antd";
import type { LogIn, Member } from "@airdesk/staff";
import {
  LogIns,
  Read,
  formWords,
  useConfirm,
  useFocusBack,
  useList,
  useReload,
} from "../../forms/index.ts";
import { useApi, useWords } from "../../shell/index.ts";
import { peopleWords } from "../words/people.ts";
import { MEMBERS } from "./paths.ts";

/** Where a member is logged in, for an owner to end it: a lost laptop, a browser of a shop. */
export function LogInWindow({ member, onClose }: { member: Member; onClose: () => void }) {
  useFocusBack();
  const { user_id, name } = member;
  const path = `${MEMBERS}/${user_id}/sessions`;
  const api = useApi();
  const say = useWords(peopleWords);
  const sayForm = useWords(formWords);
  const confirm = useConfirm();
  const reload = useReload();
  const logIns = useList<LogIn>(path, "", { staleTime: 0 });
  const others = (logIns.data ?? []).filter(({ is_current }) => !is_current);
  const endAll = () =>
    confirm({
      title: say("endLogInsAsk", name),
      hint: say("endLogInsHint"),
      action: say("endLogIns"),
      act: () => api.delete(path).then(() => reload(path)),
    });
  return (
    <Modal
      open
      title={say("logInsOf", name)}
      width={560}
      footer={null}
      onCancel={onClose}
      closable={{ "aria-label": sayForm("close") }}
    >
      <div className="form">
        <p className="muted">{say("logInsHint")}</p>
        <Read of={logIns}>
          {(found) =>
            found.length === 0 ? (
              <p className="faint">{say("logInsNone")}</p>
            ) : (
              <LogIns path={path} logIns={found} />
            )
          }
        </Read>
        <div className="window-buttons">
          {others.length > 1 && (
            <Button danger onClick={endAll} data-testid="end-all-sessions">
              {say("endLogIns")}
            </Button>
          )}
          <Button type="primary" onClick={onClose} data-testid="done">
            {sayForm("done")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
