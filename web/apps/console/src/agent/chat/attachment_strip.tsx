import { Button } from "antd";
import type { Id } from "@airdesk/protocol";
import { explain, size, type Attachment } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { usePreferences } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";

interface AttachmentStripProps {
  readonly conversation: Id;
  readonly files: readonly Attachment[];
}

/** The files that wait in the box, how far they have come, and what went wrong. */
export function AttachmentStrip({ conversation, files }: AttachmentStripProps) {
  const desk = useDesk();
  const say = useSay();
  if (files.length === 0) return null;
  return (
    <ul className="attachments" data-testid="attachments">
      {files.map((file) => (
        <li key={file.key} data-state={stateOf(file)}>
          {file.preview === "" ? <Icon name="file" /> : <img src={file.preview} alt="" />}
          <span className="attachment-what">
            <span className="text">{file.name}</span>
            <State file={file} />
            {file.ticket === "" && file.problem === null && (
              <progress value={file.progress} max={1} aria-label={file.name} />
            )}
          </span>
          {file.problem !== null && file.problem.status !== 413 && (
            <Button
              size="small"
              type="link"
              onClick={() => {
                desk.attachments.again(conversation, file.key);
                focusBox();
              }}
            >
              {say("tryAgain")}
            </Button>
          )}
          <Button
            size="small"
            type="text"
            aria-label={say("remove", file.name)}
            icon={<Icon name="close" />}
            onClick={() => {
              desk.attachments.remove(conversation, file.key);
              focusBox();
            }}
          />
        </li>
      ))}
    </ul>
  );
}

/** The pressed button goes away: what is next is the box. */
function focusBox(): void {
  document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
}

function State({ file }: { file: Attachment }) {
  const say = useSay();
  const { language } = usePreferences();
  const { problem, ticket, progress, bytes } = file;
  if (problem !== null) {
    return (
      <small>{problem.status === 413 ? say("fileTooLarge") : explain(problem, language)}</small>
    );
  }
  if (ticket !== "") return <small>{size(bytes)}</small>;
  return <small>{say("uploading", Math.round(progress * 100))}</small>;
}

function stateOf({ problem, ticket }: Attachment): "failed" | "ready" | "uploading" {
  if (problem !== null) return "failed";
  return ticket === "" ? "uploading" : "ready";
}
