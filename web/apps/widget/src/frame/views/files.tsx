import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../chat/chat.ts";
import type { FileFacts, Upload } from "../chat/uploads.ts";
import { bytesText, pictureRoom } from "../text/sizes.ts";
import type { Words } from "../text/words.ts";
import { Icon } from "./icons.tsx";

/** The kinds that are shown as pictures; everything else is a card, whatever it says it is. */
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

interface FileProps {
  readonly chat: Chat;
  readonly words: Words;
  readonly file: FileFacts;
  readonly name: string;
}

/** A file of a message. */
export function FileView(props: FileProps) {
  return PICTURE.test(props.file.media_type) ? <Picture {...props} /> : <Card {...props} />;
}

function Picture({ chat, words, file, name }: FileProps) {
  const [address, setAddress] = useState("");
  const [large, setLarge] = useState(false);
  const [failed, setFailed] = useState(false);
  const room = pictureRoom(file.width, file.height);
  useEffect(() => {
    let over = false;
    chat.addressOf(file.id).then(
      (found) => !over && setAddress(found),
      () => !over && setFailed(true),
    );
    return () => void (over = true);
  }, [file.id]);
  if (failed) return <Card {...{ chat, words, file, name }} />;
  return (
    <>
      <button
        type="button"
        class="picture"
        style={{ width: `${room.width}px`, height: `${room.height}px` }}
        aria-label={words.say("openPicture", name)}
        onClick={() => setLarge(true)}
      >
        {address && <img src={address} alt={words.say("picture", name)} {...room} />}
      </button>
      {large && <Large address={address} name={name} words={words} close={() => setLarge(false)} />}
    </>
  );
}

function Large(props: { address: string; name: string; words: Words; close: () => void }) {
  const { address, name, words, close } = props;
  return (
    <dialog
      class="large"
      aria-label={name}
      ref={(dialog) => {
        if (dialog && !dialog.open) dialog.showModal();
      }}
      onClose={close}
      onClick={close}
    >
      <img src={address} alt={words.say("picture", name)} />
    </dialog>
  );
}

function Card({ chat, words, file, name }: FileProps) {
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    try {
      download(await chat.bytesOf(file.id), name);
    } catch {
      chat.say("offlineNow");
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      class="card"
      disabled={busy || file.id === ""}
      aria-label={words.say("download", name)}
      onClick={load}
    >
      <Icon name="file" size={24} />
      <span>
        <b class="text">{name}</b>
        <small>{bytesText(file.bytes)}</small>
      </span>
      <Icon name="load" />
    </button>
  );
}

/** Hand bytes to the browser's downloads, never to its viewer. */
function download(bytes: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file on its way. */
export function UploadView({ chat, words, upload }: { chat: Chat; words: Words; upload: Upload }) {
  const { op, file, preview, state, progress } = upload;
  const percent = Math.round(progress * 100);
  const room = pictureRoom(upload.width, upload.height);
  const saying =
    state === "sending"
      ? words.say("uploading", percent)
      : words.say(state === "waiting" ? "uploadWaiting" : "uploadRefused");
  return (
    <div class={`upload ${state}`} data-testid="upload" data-state={state}>
      {preview ? (
        <img class="picture" src={preview} alt={words.say("picture", file.name)} {...room} />
      ) : (
        <span class="card">
          <Icon name="file" size={24} />
          <span>
            <b>{file.name}</b>
            <small>{bytesText(file.size)}</small>
          </span>
        </span>
      )}
      <div class="way">
        <progress max={100} value={percent} aria-label={file.name} />
        <span>{saying}</span>
        {state !== "sending" && (
          <button type="button" data-testid="retry" onClick={() => chat.uploads.retry(op)}>
            {words.say("retry")}
          </button>
        )}
        <button type="button" data-testid="cancel" onClick={() => chat.uploads.cancel(op)}>
          {words.say("cancel")}
        </button>
      </div>
    </div>
  );
}
