import type { Id } from "@airdesk/protocol";
import { Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { usePreferences } from "../parts/page.tsx";
import type { Attachment } from "@airdesk/staff";
import { explain } from "@airdesk/staff";
import { size } from "@airdesk/staff";
import { useDesk, useDeskWords } from "./desk_context.tsx";

/** The files that wait in the box. */
export function AttachmentList({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const attachments = desk.attachments.of(conversation);
  if (attachments.length === 0) return null;
  return (
    <ul class="attachments" data-testid="attachments">
      {attachments.map((attachment) => (
        <AttachmentView key={attachment.key} attachment={attachment} conversation={conversation} />
      ))}
    </ul>
  );
}

function AttachmentView(props: { attachment: Attachment; conversation: Id }) {
  const { attachment, conversation } = props;
  const desk = useDesk();
  const say = useDeskWords();
  const { language } = usePreferences();
  const { key, name, bytes, preview, progress, ticket, problem } = attachment;
  const state = problem ? "failed" : ticket ? "ready" : "under way";
  const tooLarge = problem?.status === 413;
  return (
    <li data-state={state} title={problem ? explain(problem, language) : undefined}>
      {preview ? <img src={preview} alt="" /> : <Icon name="file" />}
      <span class="what">
        <b>{name}</b>
        <small>
          {state === "ready" && `${size(bytes)} · ${say("ready")}`}
          {state === "under way" && say("uploading", Math.floor(progress * 100))}
          {state === "failed" && say(tooLarge ? "fileTooLarge" : "uploadFailed")}
        </small>
        {state === "under way" && <progress max={1} value={progress} aria-label={name} />}
      </span>
      {state === "failed" && !tooLarge && (
        <Button
          kind="quiet"
          icon="undo"
          label={say("tryAgain")}
          testid="upload-again"
          onClick={() => desk.attachments.again(conversation, key)}
        />
      )}
      <Button
        kind="quiet"
        icon="close"
        label={say("remove", name)}
        onClick={() => desk.attachments.remove(conversation, key)}
      />
    </li>
  );
}
