import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { BOT_AUTHOR, FIRST_PARTICIPANT } from "@airdesk/protocol";
import { awaitsRating, openOptions, type Line } from "../chat/lines.ts";
import { Avatar } from "./avatar.tsx";
import { ContactForm, FORM_KEY, Rating, Waiting } from "./cards.tsx";
import { UploadView } from "./files.tsx";
import { Icon } from "./icons.tsx";
import { Message, Text } from "./message.tsx";
import type { Shown } from "./shown.ts";

/** Within this many pixels of its end the log counts as being there. */
const NEAR_PX = 60;
/** Older messages are asked for again after this. */
const OLDER_MS = 3_000;

/** The chat's messages and what stands among them. It stays at its end if it was there. */
export function Log(props: Shown & { lines: readonly Line[] }) {
  const { chat, words, lines, open } = props;
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ atEnd: true, firstKey: "", fromEnd: 0, top: 0, lastKey: "", askedMs: 0 });
  const [below, setBelow] = useState(false);
  const firstKey = lines[0]?.key ?? "";
  const lastKey = lines.at(-1)?.key ?? "";

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const was = place.current;
    const ownIsNew = lastKey !== was.lastKey && lastKey.startsWith("o");
    if (was.atEnd || ownIsNew) element.scrollTop = element.scrollHeight;
    else if (firstKey !== was.firstKey) element.scrollTop = element.scrollHeight - was.fromEnd;
    if (!was.atEnd && !ownIsNew && lastKey !== was.lastKey) setBelow(true);
    Object.assign(was, { firstKey, lastKey });
    scrolled();
  });

  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (place.current.atEnd && box.current) box.current.scrollTop = box.current.scrollHeight;
    });
    observer.observe(box.current);
    for (const child of box.current.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (open && place.current.atEnd) chat.seen();
  });

  const scrolled = () => {
    const element = box.current;
    if (element === null) return;
    const was = place.current;
    was.fromEnd = element.scrollHeight - element.scrollTop;
    // What grows below is no reason to leave the end; only a person who scrolls up does.
    if (was.fromEnd - element.clientHeight < NEAR_PX) was.atEnd = true;
    else if (element.scrollTop < was.top) was.atEnd = false;
    was.top = element.scrollTop;
    if (was.atEnd && below) setBelow(false);
    if (was.atEnd && open) chat.seen();
    const now = Date.now();
    const canScroll = element.scrollHeight > element.clientHeight;
    if (canScroll && element.scrollTop < NEAR_PX && now - was.askedMs > OLDER_MS) {
      was.askedMs = now;
      chat.older();
    }
  };
  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "smooth" });
  };

  return (
    <div class="scroll" ref={box} onScroll={scrolled} tabIndex={0} aria-label={words.say("log")}>
      <div class="inner">
        <Greeting {...props} />
        <div role="log" aria-live="polite" aria-label={words.say("log")}>
          <ol class="log" data-testid="messages">
            {lines.map((line) => (
              <LineView key={line.key} line={line} {...props} />
            ))}
          </ol>
        </div>
        <After {...props} />
      </div>
      {below && (
        <button type="button" class="below" onClick={toEnd}>
          <Icon name="down" size={16} />
          {words.say("newMessages")}
        </button>
      )}
    </div>
  );
}

function LineView({ line, ...shown }: Shown & { line: Line }) {
  switch (line.kind) {
    case "message":
      return <Message line={line} {...shown} />;
    case "upload":
      return (
        <li class="message own">
          <UploadView chat={shown.chat} words={shown.words} upload={line.upload} />
        </li>
      );
    default:
      return <li class={line.kind}>{line.text}</li>;
  }
}

/** What the inbox says before anybody wrote. */
function Greeting({ chat, words, lines }: Shown & { lines: readonly Line[] }) {
  const [first] = chat.conversations.ordered;
  const atStart = first === undefined || chat.conversations.thread(first).atStart;
  const byBot = lines.find((line) => line.kind === "message");
  // A bot greets by itself; twice would be too much.
  if (!atStart || (byBot?.kind === "message" && byBot.isBot)) return null;
  const { online } = chat.presence;
  const name = chat.team[0] ?? words.say("title");
  return (
    <div class="message other first last greeting">
      <Avatar name={name} />
      <div class="bubble">
        <Text text={words.say(online || lines.length ? "greeting" : "offline")} />
      </div>
    </div>
  );
}

/** What comes behind the last message: choices, waiting, typing, questions. */
function After(props: Shown & { lines: readonly Line[] }) {
  const { chat, words, lines, host } = props;
  const { status, row, newest, typist } = chat.conversations;
  // Once people have taken over, the bot hears no choice any more.
  const offer = status === "bot" ? openOptions(lines) : null;
  const starts = lines.length === 0 ? chat.suggestions[words.language] : [];
  const rates =
    chat.inbox.show_rating &&
    status === "resolved" &&
    newest !== null &&
    awaitsRating(chat.conversations.thread(newest));
  const wrote = lines.some((line) => line.kind === "message" && line.own);
  const asked = host.session.getItem(FORM_KEY) === "done";
  const { form, form_fields } = chat.inbox;
  const asks =
    wrote &&
    !asked &&
    !chat.contact.email &&
    status !== "resolved" &&
    status !== "assigned" &&
    // While the bot answers nobody is missed yet.
    (form === "after" || (!chat.presence.online && status !== "bot"));
  return (
    <div class="after">
      {offer && <Options {...props} place={offer.key} options={offer.options} />}
      {starts.length > 0 && <Options {...props} place="start" options={starts} />}
      {status === "queued" && chat.presence.online > 0 && (
        <Waiting words={words} place={row?.place ?? 0} />
      )}
      {wrote && !chat.presence.online && status === "queued" && (
        <p class="away" data-testid="away">
          {words.say("offlineLeft")}
        </p>
      )}
      {asks && (
        <ContactForm
          {...props}
          fields={form === "off" ? ["email"] : form_fields}
          title={words.say("mailQuestion")}
          hint={words.say("mailAway")}
          submit={words.say("save")}
          promises
        />
      )}
      <Typing {...props} typist={typist} />
      {rates && <Rating chat={chat} words={words} />}
      {status === "resolved" && <p class="away">{words.say("goOn")}</p>}
    </div>
  );
}

function Options({
  chat,
  words,
  place,
  options,
}: Pick<Shown, "chat" | "words"> & { place: string; options: readonly string[] }) {
  return (
    <div class="options" role="group" aria-label={words.say("choices")}>
      {options.map((option) => (
        <button
          key={option}
          type="button"
          data-testid="option"
          disabled={!chat.canSend}
          onClick={() => chat.choose(place, option)}
        >
          {option}
        </button>
      ))}
    </div>
  );
}

function Typing({ chat, words, typist }: Shown & { typist: number | null }) {
  const { newest } = chat.conversations;
  const agent =
    newest === null || typist === null ? "" : chat.conversations.agentOf(newest, typist);
  const isBot = typist === BOT_AUTHOR;
  const known = typist !== null && typist >= FIRST_PARTICIPANT ? chat.nameOf(agent) : "";
  const name = isBot ? words.say("bot") : known || words.say("agent");
  return (
    <div class="typing" data-testid="typing" aria-live="polite">
      {typist !== null && (
        <div class="message other last">
          <Avatar name={name} bot={isBot} />
          <span class="silent">{words.say("typing", name)}</span>
          <div class="bubble dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        </div>
      )}
    </div>
  );
}
