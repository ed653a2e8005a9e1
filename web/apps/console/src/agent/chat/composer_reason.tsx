import { Button } from "antd";
import type { Id } from "@airdesk/protocol";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { useSay } from "../../shell/words.tsx";
import { useAgentName } from "../names.ts";

/** Why only notes can be written now, and the button that changes it. */
export function ComposerReason({
  conversation,
  maySpeak,
}: {
  readonly conversation: Id;
  readonly maySpeak: boolean;
}) {
  const desk = useDesk();
  const say = useSay();
  const status = useDeskState(({ conversations }) => conversations.status(conversation));
  const assignee = useDeskState(
    ({ conversations }) => conversations.rows.get(conversation)?.assignee ?? "",
  );
  const holder = useAgentName(assignee);
  if (maySpeak || status === undefined) return null;
  if (status === "resolved") {
    return (
      <p className="reason">
        <span>{say("reopenFirst")}</span>
        <Button size="small" data-testid="reopen-here" onClick={() => desk.reopen()}>
          {say("reopen")}
        </Button>
      </p>
    );
  }
  return (
    <p className="reason">
      <span>
        {assignee !== "" && assignee !== desk.you && `${say("heldBy", holder)} `}
        {say("takeFirst")}
      </span>
      <Button size="small" data-testid="take-here" onClick={() => desk.take()}>
        {say("take")}
      </Button>
    </p>
  );
}
