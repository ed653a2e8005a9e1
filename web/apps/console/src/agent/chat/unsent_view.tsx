import { Button } from "antd";
import type { UnsentMessage } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useSay } from "../../shell/words.tsx";
import { useRefusal } from "../refusals.ts";
import { draftKey } from "./draft_key.ts";

/** A message that the server refused: its words are kept until the person decides. */
export function UnsentView({ message }: { message: UnsentMessage }) {
  const say = useSay();
  const desk = useDesk();
  const why = useRefusal()(message.number, message.detail);
  const { op, conversation, note, text } = message;
  const edit = () => {
    desk.unsent.take(op);
    const key = draftKey(conversation, note);
    const written = desk.drafts.text(key);
    desk.drafts.edit(key, written === "" ? text : `${text}\n${written}`);
    desk.writeNote(note);
    desk.drafted(key);
  };
  return (
    <article className="message unsent" data-own data-testid="unsent" data-note={note || undefined}>
      <div className="bubble">
        <span className="text">{text}</span>
      </div>
      <footer role="alert">
        <Icon name="offline" />
        <span>{say("notSent", why)}</span>
        <Button
          size="small"
          type="link"
          data-testid="send-again"
          onClick={() => desk.sendAgain(op)}
        >
          {say("tryAgain")}
        </Button>
        {message.file === "" && (
          <Button size="small" type="link" data-testid="unsent-edit" onClick={edit}>
            {say("edit")}
          </Button>
        )}
        <Button
          size="small"
          type="link"
          data-testid="unsent-discard"
          onClick={() => desk.unsent.take(op)}
        >
          {say("discard")}
        </Button>
      </footer>
    </article>
  );
}
