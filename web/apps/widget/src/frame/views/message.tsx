import type { MessageLine } from "../chat/lines.ts";
import { pieces } from "../text/links.ts";
import { Avatar } from "./avatar.tsx";
import { FileView } from "./files.tsx";
import { StateIcon } from "./icons.tsx";
import type { Shown } from "./shown.ts";

/** A text whose addresses can be opened. Everything else in it is text. */
export function Text({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map(({ text: shown, href }) =>
        href === null ? (
          shown
        ) : (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {shown}
          </a>
        ),
      )}
    </>
  );
}

/** One message. */
export function Message({
  line,
  chat,
  words,
}: Pick<Shown, "chat" | "words"> & { line: MessageLine }) {
  const { own, first, last, name, isBot, file, text, state, seq, op } = line;
  const classes = ["message", own ? "own" : "other", first && "first", last && "last"];
  const author = own ? "visitor" : isBot ? "bot" : "agent";
  return (
    <li
      class={classes.filter(Boolean).join(" ")}
      data-testid="message"
      data-author={author}
      data-seq={seq || undefined}
      data-op={op || undefined}
      data-state={state || undefined}
    >
      {!own && last && <Avatar name={name} bot={isBot} />}
      {!own && first && <span class="name">{name}</span>}
      <span class="silent">{own ? `${name}: ` : ""}</span>
      {file !== null ? (
        <FileView chat={chat} words={words} file={file} name={text} />
      ) : (
        <div class={text ? "bubble text" : "bubble text erased"}>
          {text ? <Text text={text} /> : words.say("erased")}
        </div>
      )}
      {(last || state === "pending") && (
        <span class="meta">
          <time>{words.time(line.ms)}</time>
          {state !== "" && <StateIcon state={state} label={words.say(state)} />}
        </span>
      )}
    </li>
  );
}
