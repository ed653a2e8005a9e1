import { useEffect, useState } from "preact/hooks";
import type { Page } from "@airdesk/staff";
import type { ConversationSummary } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { Avatar } from "../parts/controls.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { shortTime } from "@airdesk/staff";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";

/** So many are listed; what is older is searched for. */
const LISTED_MAX = 20;

/** Conversations that nobody works on now. They come by HTTP, and only while they are looked at. */
export function SetAside({ status }: { status: "snoozed" | "resolved" }) {
  const desk = useDesk();
  const say = useDeskWords();
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const [found, setFound] = useState<readonly ConversationSummary[] | Problem | null>(null);
  // What leaves the agent's own list may have come here.
  const own = desk.conversations.mine.join();
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOver = false;
    api.get<Page<ConversationSummary>>("/api/v1/conversations", { status, limit: LISTED_MAX }).then(
      ({ items }) => !isOver && setFound(items),
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        if (!isOver) setFound(thrown);
      },
    );
    return () => {
      isOver = true;
    };
  }, [isOpen, own]);
  return (
    <details class="aside" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary data-testid={`aside-${status}`}>
        {say(status === "snoozed" ? "statusSnoozed" : "statusResolved")}
      </summary>
      {isOpen && <Found found={found} />}
    </details>
  );
}

function Found({ found }: { found: readonly ConversationSummary[] | Problem | null }) {
  const say = useDeskWords();
  if (found === null) return <p class="none">{say("searching")}</p>;
  if (found instanceof Problem) return <p class="none">{say("listFailed")}</p>;
  if (found.length === 0) return <p class="none">{say("noneAside")}</p>;
  return (
    <ul>
      {found.map((one) => (
        <AsideRow key={one.conversation_id} one={one} />
      ))}
    </ul>
  );
}

function AsideRow({ one }: { one: ConversationSummary }) {
  const desk = useDesk();
  const names = useNames();
  const { language } = usePreferences();
  const name = names.visitor(one.visitor_id);
  return (
    <li>
      <button
        type="button"
        class="conversation"
        aria-current={one.conversation_id === desk.chosen}
        onClick={() => desk.choose(one.conversation_id)}
      >
        <Avatar id={one.visitor_id} name={name} {...names.icon(one.visitor_id)} />
        <span class="what">
          <span class="line">
            <b>{name}</b>
            <time>{shortTime(one.last_ms, Date.now(), language)}</time>
          </span>
          <span class="preview">{one.last_text}</span>
        </span>
      </button>
    </li>
  );
}
