import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Id, messages } from "@airdesk/protocol";
import { Avatar, Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { usePreferences } from "../parts/page.tsx";
import {
  isPicture,
  reachOf,
  type EventLine,
  type Line,
  type MessageLine,
  type MessageState,
} from "@airdesk/staff";
import { dayAndTime, dayInWords, size, timeOfDay } from "@airdesk/staff";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";

/** Within this many pixels of its end a list counts as being there. */
const NEAR_PX = 60;
/** A picture is shown no larger than this. */
const PICTURE_WIDTH_MAX = 320;
const PICTURE_HEIGHT_MAX = 260;

/** The scrolling list of a conversation. It stays at its end if it was there. */
export function Messages({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const root = useRef<HTMLDivElement>(null);
  const held = useRef({ atEnd: true, height: 0, firstKey: "", lastKey: "" });
  const [atEnd, setAtEnd] = useState(true);
  const lines = desk.lines(conversation);
  const thread = desk.conversations.threads.get(conversation);

  const toEnd = () => {
    const list = root.current;
    if (list === null) return;
    list.scrollTop = list.scrollHeight;
    held.current.atEnd = true;
    setAtEnd(true);
  };
  useLayoutEffect(() => {
    const list = root.current;
    if (list === null) return;
    const before = held.current;
    const firstKey = lines.find(({ kind }) => kind !== "day")?.key ?? "";
    const last = lines.at(-1);
    const isOwnNew = last?.kind === "message" && last.own && last.key !== before.lastKey;
    if (before.atEnd || (isOwnNew && last.seq === 0)) toEnd();
    else if (firstKey !== before.firstKey) list.scrollTop += list.scrollHeight - before.height;
    Object.assign(before, { firstKey, lastKey: last?.key ?? "", height: list.scrollHeight });
    if (before.atEnd) desk.seen();
  });
  useEffect(() => {
    const list = root.current;
    if (list === null) return;
    const watcher = new ResizeObserver(() => {
      if (held.current.atEnd) toEnd();
    });
    watcher.observe(list);
    return () => watcher.disconnect();
  }, []);
  const scrolled = () => {
    const list = root.current;
    if (list === null) return;
    held.current.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    setAtEnd(held.current.atEnd);
    if (held.current.atEnd) desk.seen();
    if (list.scrollTop < NEAR_PX) desk.older();
  };
  return (
    <div class="thread">
      <div class="scroll" ref={root} onScroll={scrolled} tabIndex={0} role="log">
        {lines.length === 0 && <p class="none">{say("noWords")}</p>}
        {lines.length > 0 && thread && !thread.atStart && <p class="older">{say("older")}</p>}
        <ol class="messages" data-testid="messages">
          {lines.map((line) => (
            <LineView key={line.key} line={line} />
          ))}
        </ol>
      </div>
      {!atEnd && (
        <span class="to-end">
          <Button icon="down" label={say("toEnd")} onClick={toEnd} />
        </span>
      )}
    </div>
  );
}

function LineView({ line }: { line: Line }) {
  const { language } = usePreferences();
  switch (line.kind) {
    case "day":
      return (
        <li class="day">
          <span>{dayInWords(line.atMs, Date.now(), language)}</span>
        </li>
      );
    case "event":
      return <EventView line={line} />;
    case "message":
      return <MessageView line={line} />;
  }
}

function EventView({ line }: { line: EventLine }) {
  const say = useDeskWords();
  const names = useNames();
  const { language } = usePreferences();
  const { saying, agent, value } = line;
  const said = saying === "eventSnoozed" ? dayAndTime(value, language) : value;
  return (
    <li class="event" data-seq={line.seq}>
      {say(saying, names.agent(agent), said)}
      <time>{timeOfDay(line.atMs, language)}</time>
    </li>
  );
}

function MessageView({ line }: { line: MessageLine }) {
  const say = useDeskWords();
  const names = useNames();
  const desk = useDesk();
  const { author, authorId, own, note, follows } = line;
  const state = reachOf(line, desk.conversations.marks(desk.chosen));
  let name = say("bot");
  if (author === "visitor") name = names.visitor(authorId);
  if (author === "agent") name = own ? say("you") : names.agent(authorId);
  const classes = ["message", own ? "own" : "other", `by-${author}`];
  if (note) classes.push("note");
  if (follows) classes.push("follows");
  return (
    <li
      class={classes.join(" ")}
      data-testid="message"
      data-author={author}
      data-seq={line.seq || undefined}
      data-op={line.op || undefined}
      data-state={state || undefined}
      data-note={note || undefined}
    >
      {!own && (
        <span class="face">
          {!follows &&
            (author === "bot" ? (
              <Avatar id="" name={name} icon="bot" small />
            ) : (
              <Avatar
                id={authorId}
                name={name}
                small
                {...(author === "visitor" ? names.icon(authorId) : {})}
              />
            ))}
        </span>
      )}
      <div class="column">
        {!follows && (!own || note) && (
          <span class="name">
            {name}
            {author === "bot" && <i class="mark-word">{say("botMark")}</i>}
            {note && <i class="mark-word">{say("noteMark")}</i>}
          </span>
        )}
        <div class="bubble">
          <Body line={line} />
          <Meta line={line} state={state} />
        </div>
        {line.options.length > 0 && (
          <ul class="options">
            {line.options.map((option) => (
              <li key={option}>{option}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

function Body({ line }: { line: MessageLine }) {
  if (line.file !== null) return <FileView name={line.text} file={line.file} />;
  if (!line.isFile) return <Words text={line.text} />;
  return (
    <span class="file">
      <Icon name="file" />
      <span class="text">{line.text}</span>
    </span>
  );
}

/** The words of a message; addresses in them can be followed. */
function Words({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"'，。；！？、）】》]+)/u);
  return (
    <span class="text">
      {parts.map((part, place) =>
        place % 2 === 1 ? (
          <a key={place} href={part} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </span>
  );
}

function Meta({ line, state }: { line: MessageLine; state: MessageState }) {
  const say = useDeskWords();
  const { language } = usePreferences();
  return (
    <span class="meta" data-state={state || undefined}>
      {timeOfDay(line.atMs, language)}
      {state === "pending" && <Icon name="clock" label={say("pending")} />}
      {state === "sent" && <Icon name="check" label={say("sent")} />}
      {(state === "delivered" || state === "read") && <Icon name="checks" label={say(state)} />}
    </span>
  );
}

function FileView({ name, file }: { name: string; file: messages.File }) {
  const say = useDeskWords();
  const [isGone, setGone] = useState(false);
  const address = `/api/v1/files/${file.file}`;
  if (isPicture(file) && !isGone) {
    const scale = Math.min(
      1,
      PICTURE_WIDTH_MAX / (file.width || PICTURE_WIDTH_MAX),
      PICTURE_HEIGHT_MAX / (file.height || PICTURE_HEIGHT_MAX),
    );
    return (
      <a class="picture" href={address} target="_blank" rel="noopener">
        <img
          src={address}
          alt={say("picture", name)}
          width={Math.round(file.width * scale) || undefined}
          height={Math.round(file.height * scale) || undefined}
          loading="lazy"
          onError={() => setGone(true)}
        />
        <span class="text visually-hidden">{name}</span>
      </a>
    );
  }
  return (
    <a class="file" href={address} download={name} title={say("download", name)}>
      <Icon name="file" />
      <span>
        <span class="text">{name}</span>
        <small>{size(file.bytes)}</small>
      </span>
    </a>
  );
}
