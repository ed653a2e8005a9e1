import { memo } from "react";
import type { Id } from "@airdesk/protocol";
import {
  dayAndTime,
  dayInWords,
  reachOf,
  timeOfDay,
  type EventLine,
  type Line,
  type MessageLine,
  type MessageState,
} from "@airdesk/staff";
import { useDeskState } from "../../shell/desk.tsx";
import { Face } from "../../shell/face.tsx";
import { Icon } from "../../shell/icons.tsx";
import { usePreferences } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import type { Saying } from "../../words/index.ts";
import { useLabels, useTeams } from "../catalogue.ts";
import { useAgentName, useVisitorName } from "../names.ts";
import { VisitorFace } from "../visitor_face.tsx";
import { MessageBody } from "./message_body.tsx";

/** A line of the conversation. */
export const LineView = memo(function LineView({
  line,
  conversation,
}: {
  readonly line: Line;
  readonly conversation: Id;
}) {
  switch (line.kind) {
    case "day":
      return <DayView atMs={line.atMs} />;
    case "event":
      return <EventView line={line} />;
    case "message":
      return <MessageView line={line} conversation={conversation} />;
  }
});

function DayView({ atMs }: { atMs: number }) {
  const { language } = usePreferences();
  return (
    <div className="day">
      <span>{dayInWords(atMs, Date.now(), language)}</span>
    </div>
  );
}

function EventView({ line }: { line: EventLine }) {
  const say = useSay();
  const { language } = usePreferences();
  const { saying, agent, value } = line;
  const team = useTeams().find(({ team_id }) => team_id === agent);
  const agentName = useAgentName(team === undefined ? agent : "");
  const who = team?.name ?? agentName;
  const isOwn = useDeskState(({ you }) => you === agent);
  const labels = useLabels();
  let said = String(value);
  if (saying === "eventSnoozed") said = dayAndTime(value, language);
  if (saying === "eventLabels") {
    said = labels
      .filter(({ label_id }) => line.labels.includes(label_id))
      .map(({ name }) => name)
      .join(say("listSeparator"));
  }
  let words: Saying = saying;
  if (saying === "eventLabels" && said === "") words = "eventNoLabels";
  if (saying === "eventQueuedTransfer" && team !== undefined) words = "eventTransferredTeam";
  // A language says of oneself in other words.
  if (isOwn && saying === "eventAssigned") words = "eventAssignedYou";
  if (isOwn && saying === "eventTransferred") words = "eventTransferredYou";
  const isBad = saying === "eventNoAnswer" || saying === "eventAgentLeft";
  return (
    <div className="event" data-seq={line.seq} data-bad={isBad || undefined}>
      <span>{say(words, who, said)}</span>
      <time>{timeOfDay(line.atMs, language)}</time>
    </div>
  );
}

function MessageView({ line, conversation }: { line: MessageLine; conversation: Id }) {
  const { author, own, note, follows } = line;
  const state = useDeskState(({ conversations }) =>
    own ? reachOf(line, conversations.marks(conversation)) : "",
  );
  return (
    <article
      className="message"
      data-testid="message"
      data-author={author}
      data-own={own || undefined}
      data-follows={follows || undefined}
      data-seq={line.seq || undefined}
      data-op={line.op || undefined}
      data-state={state || undefined}
      data-note={note || undefined}
    >
      <Author line={line} />
      <div className="bubble" data-file={line.file !== null || undefined}>
        <MessageBody line={line} />
        <Meta line={line} state={state} />
      </div>
      {line.options.length > 0 && (
        <ul className="options">
          {line.options.map((option) => (
            <li key={option}>{option}</li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Author({ line }: { line: MessageLine }) {
  const say = useSay();
  const { author, authorId, own, note, follows } = line;
  const visitor = useVisitorName(author === "visitor" ? authorId : "");
  const agent = useAgentName(author === "agent" ? authorId : "");
  if (follows) return null;
  const name = author === "visitor" ? visitor : author === "bot" ? say("bot") : agent;
  return (
    <header className="author">
      {!own && author === "visitor" && <VisitorFace id={authorId} size="small" />}
      {!own && author === "agent" && <Face id={authorId} name={name} size="small" />}
      {author === "bot" && <Face id="" name={name} icon="bot" size="small" />}
      <b>{name}</b>
      {author === "bot" && !note && <span className="mark-word">{say("botMark")}</span>}
      {note && (
        <span className="mark-word">
          <Icon name="lock" />
          {say(author === "bot" ? "handOffNote" : "noteMark")}
        </span>
      )}
    </header>
  );
}

function Meta({ line, state }: { line: MessageLine; state: MessageState }) {
  const say = useSay();
  const { language } = usePreferences();
  return (
    <span className="meta">
      {timeOfDay(line.atMs, language)}
      {state === "pending" && <Icon name="clock" label={say("pending")} />}
      {state === "sent" && !line.note && <Icon name="check" label={say("sent")} />}
      {(state === "delivered" || state === "read") && <Icon name="checks" label={say(state)} />}
    </span>
  );
}
