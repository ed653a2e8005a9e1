import { memo } from "react";
import { VISITOR_AUTHOR } from "@airdesk/protocol";
import { shortTime, waitedFor } from "@airdesk/staff";
import { useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { followed } from "../../shell/page_link.tsx";
import { useArrangement, useParts, usePreferences } from "../../shell/parts.tsx";
import { addressOf } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import { useAgentName, useVisitorName } from "../names.ts";
import { VisitorFace } from "../visitor_face.tsx";
import { useLabels } from "../catalogue.ts";
import type { ListItem, ListName } from "./lists.ts";

/** A visitor who waits longer than this is marked. */
const LONG_MS = 2 * 60_000;

interface RowProps {
  readonly item: ListItem;
  readonly list: ListName;
  readonly isChosen: boolean;
  /** It left the list, and only waits for the pointer to leave. */
  readonly isGone: boolean;
  readonly nowMs: number;
}

/** A conversation's line. */
export const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { item, list, isChosen, isGone, nowMs } = props;
  const say = useSay();
  const { language } = usePreferences();
  const name = useVisitorName(item.visitor, item.name);
  const path = `/c/${list}/${item.id}`;
  const waits = item.waitingSinceMs > 0 && item.status === "assigned";
  const waitedMs = nowMs - item.waitingSinceMs;
  return (
    <>
      <a
        className="row"
        href={addressOf(path)}
        aria-current={isChosen ? "true" : undefined}
        data-testid="conversation"
        data-id={item.id}
        data-unread={item.unread > 0 || undefined}
        data-gone={isGone || undefined}
        onClick={(event) => followed(event, path)}
      >
        <VisitorFace id={item.visitor} known={item.name} />
        <span className="row-what">
          <span className="row-line">
            <b>{name}</b>
            {item.priority > 0 && (
              <span className="flag" data-priority={item.priority}>
                <Icon name="flag" label={say(item.priority > 1 ? "priority-2" : "priority-1")} />
              </span>
            )}
            <time>
              {waits && waitedMs > LONG_MS ? (
                <em>{waitedFor(waitedMs, language)}</em>
              ) : (
                shortTime(item.lastMs, nowMs, language)
              )}
            </time>
          </span>
          <span className="row-line">
            <Preview item={item} isChosen={isChosen} />
            {item.unread > 0 && (
              <span className="unread" aria-label={say("unread", item.unread)}>
                {item.unread > 99 ? "99+" : item.unread}
              </span>
            )}
          </span>
          <Tail item={item} list={list} nowMs={nowMs} />
        </span>
      </a>
      <Marker id={item.id} name={name} />
    </>
  );
});

/** Marks the conversation for what is done to several; X does it by the keyboard. */
function Marker({ id, name }: { id: string; name: string }) {
  const say = useSay();
  const { workplace } = useParts();
  const isMarked = useArrangement(({ selected }) => selected.includes(id));
  return (
    <button
      type="button"
      className="marker"
      role="checkbox"
      tabIndex={-1}
      aria-checked={isMarked}
      aria-label={say("select", name)}
      data-testid="select"
      onClick={() => workplace.toggleSelected(id)}
    >
      {isMarked && <Icon name="check" />}
    </button>
  );
}

/** What was said last; or what is written, or being written, now. */
function Preview({ item, isChosen }: { item: ListItem; isChosen: boolean }) {
  const say = useSay();
  const isTyping = useDeskState(
    ({ conversations }) => conversations.typing.get(item.id) === VISITOR_AUTHOR,
  );
  // The open one's draft stands in its box.
  const draft = useDeskState((desk) => (isChosen ? "" : desk.drafts.text(item.id)));
  if (isTyping) return <span className="row-words typing">{say("typing")}</span>;
  if (draft !== "") {
    return (
      <span className="row-words">
        <i className="draft">{say("draft")}</i> {draft}
      </span>
    );
  }
  return (
    <span className="row-words">
      {item.said === "staff" && <Icon name="reply" label={say("answered")} />}
      {item.said === "bot" && <Icon name="bot" label={say("bot")} />}
      {item.text || say("noWords")}
    </span>
  );
}

/** Labels, and what the list says of each of its conversations. */
function Tail({ item, list, nowMs }: { item: ListItem; list: ListName; nowMs: number }) {
  const say = useSay();
  const { language } = usePreferences();
  const labels = useLabels().filter(({ label_id }) => item.labels.includes(label_id));
  const facts = [];
  if (list === "queue")
    facts.push(say("waitsFor", waitedFor(nowMs - (item.waitingSinceMs || item.lastMs), language)));
  if (item.status === "snoozed" && item.snoozedUntilMs > 0) {
    facts.push(say("until", shortTime(item.snoozedUntilMs, nowMs, language)));
  }
  const isOthers = item.assignee !== "" && list !== "mine";
  if (facts.length + labels.length === 0 && !isOthers) return null;
  return (
    <span className="row-line row-tail">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {isOthers && <Assignee id={item.assignee} />}
      {labels.slice(0, 3).map(({ label_id, name, colour }) => (
        <span key={label_id} className="label" style={{ "--label": colour } as object}>
          {name}
        </span>
      ))}
      {labels.length > 3 && <span>+{labels.length - 3}</span>}
    </span>
  );
}

function Assignee({ id }: { id: string }) {
  const name = useAgentName(id);
  return (
    <span className="row-agent">
      <Icon name="person" />
      {name}
    </span>
  );
}
