import { useState } from "react";
import type { messages } from "@airdesk/protocol";
import { isPicture, size, type MessageLine } from "@airdesk/staff";
import { Icon } from "../../shell/icons.tsx";
import { useSay } from "../../shell/words.tsx";
import { useAgents } from "../catalogue.ts";

/** A picture is shown no larger than this. */
const PICTURE_WIDTH_MAX = 320;
const PICTURE_HEIGHT_MAX = 260;
const ADDRESS = /(https?:\/\/[^\s<>"'，。；！？、）】》]+)/u;

/** The words of a message, or its file. Words of others are text: nothing of it is markup. */
export function MessageBody({ line }: { line: MessageLine }) {
  if (line.file !== null) return <FileView name={line.text} file={line.file} />;
  if (line.isFile) {
    return (
      <span className="file">
        <Icon name="file" />
        <span className="text">{line.text}</span>
      </span>
    );
  }
  return line.note ? <NoteWords text={line.text} /> : <Words text={line.text} />;
}

/** Addresses in the words can be followed. */
function Words({ text }: { text: string }) {
  return (
    <span className="text">
      {text.split(ADDRESS).map((part, place) =>
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

/** In a note the names of colleagues stand out. */
function NoteWords({ text }: { text: string }) {
  const names = useAgents()
    .map(({ name }) => name)
    .filter((name) => name !== "" && text.includes(`@${name}`))
    .sort((one, other) => other.length - one.length);
  if (names.length === 0) return <Words text={text} />;
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(@(?:${escaped.join("|")}))`, "u"));
  return (
    <span className="text">
      {parts.map((part, place) =>
        place % 2 === 1 ? (
          <span key={place} className="mention">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}

function FileView({ name, file }: { name: string; file: messages.File }) {
  const say = useSay();
  const [isGone, setGone] = useState(false);
  const address = `/api/v1/files/${file.file}`;
  if (isPicture(file) && !isGone) {
    const scale = Math.min(
      1,
      PICTURE_WIDTH_MAX / (file.width || PICTURE_WIDTH_MAX),
      PICTURE_HEIGHT_MAX / (file.height || PICTURE_HEIGHT_MAX),
    );
    return (
      <a className="picture" href={address} target="_blank" rel="noopener">
        <img
          src={address}
          alt={say("picture", name)}
          width={Math.round(file.width * scale) || undefined}
          height={Math.round(file.height * scale) || undefined}
          onError={() => setGone(true)}
        />
        <span className="text visually-hidden">{name}</span>
      </a>
    );
  }
  return (
    <a className="file" href={address} download={name} title={say("download", name)}>
      <Icon name="file" />
      <span>
        <span className="text">{name}</span>
        <small>{size(file.bytes)}</small>
      </span>
    </a>
  );
}
