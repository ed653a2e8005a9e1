import type { Id } from "@airdesk/protocol";
import { useDeskState } from "../../shell/desk.tsx";
import { useSay } from "../../shell/words.tsx";
import { useVisitorName } from "../names.ts";

/** The visitor is writing; what he has written so far, where the inbox tells it. */
export function TypingView({ conversation }: { conversation: Id }) {
  const say = useSay();
  const text = useDeskState(({ conversations }) => conversations.typed.get(conversation) ?? "");
  const visitor = useDeskState(
    ({ conversations }) => conversations.rows.get(conversation)?.visitor ?? "",
  );
  const name = useVisitorName(visitor);
  return (
    <article className="message typing-now" data-testid="typing" data-author="visitor">
      <div className="bubble">
        {text !== "" && <span className="text">{text}</span>}
        <span className="dots" aria-label={say("isTyping", name)} role="img">
          <i />
          <i />
          <i />
        </span>
      </div>
      {text !== "" && <small>{say("typingPreview")}</small>}
    </article>
  );
}
