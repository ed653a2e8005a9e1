import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Id } from "@airdesk/protocol";
import { Button } from "../parts/controls.tsx";
import type { Canned } from "@airdesk/staff";
import { askedFor, filled, offered } from "@airdesk/staff";
import type { Desk } from "@airdesk/staff";
import { AttachmentList } from "./attachment_list.tsx";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";

/** The signal "still typing" is sent this often. */
const TYPING_MS = 3_000;
/** keyCode of a key that belongs to an input method; Safari ends a composition with it. */
const INPUT_METHOD = 229;
const HEIGHT_MAX = 200;
/** Here the longer hint would need two lines. */
const NARROW = "(width < 800px)";

/** The box in which the agent writes. */
export function Composer({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const box = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(desk);
  const text = desk.drafts.text(conversation);
  const status = desk.conversations.status(conversation);
  const mayAnswer = desk.holds(conversation) || desk.may("conversations:supervise");
  const isOver = status === "resolved" || (status !== "assigned" && status !== "snoozed");
  const canSpeak = mayAnswer && !isOver;
  const note = desk.writesNote || !canSpeak;
  const message = matchMedia(NARROW).matches ? "messageToPhone" : "messageTo";
  const placeholder = note ? "noteTo" : message;
  const waits = desk.attachments.of(conversation).some(({ ticket }) => ticket === "");

  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, HEIGHT_MAX)}px`;
  }, [text, note]);
  useEffect(() => {
    // On a phone the keyboard would hide the conversation that was just opened.
    if (matchMedia("(hover: hover)").matches) box.current?.focus();
  }, []);

  const edit = (value: string) => {
    desk.drafts.edit(conversation, value);
    if (!note) typing.typed(value);
    desk.changed();
  };
  const send = () => {
    if (waits && !note) return;
    desk.writesNote = note;
    const result = desk.send();
    if (result === "too long") desk.notices.add({ name: "too long" });
    if (result === "sent") typing.ended();
    box.current?.focus();
  };
  const canned = useCanned(conversation, text, edit);
  const key = (event: KeyboardEvent) => {
    // Enter that ends a composition chooses a word; it does not send.
    if (event.isComposing || event.keyCode === INPUT_METHOD) return;
    if (canned.key(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const drop = useDrop(desk, conversation, !note);
  return (
    <footer class="foot" data-note={note} data-drop={drop.isOver || undefined} {...drop.handlers}>
      <Reason conversation={conversation} canSpeak={canSpeak} />
      <div class="tabs" role="tablist">
        <button
          type="button"
          role="tab"
          aria-selected={!note}
          disabled={!canSpeak}
          data-testid="message-tab"
          onClick={() => desk.writeNote(false)}
        >
          {say("message")}
        </button>
        <button
          type="button"
          role="tab"
          aria-selected={note}
          data-testid="note"
          onClick={() => desk.writeNote(true)}
        >
          {say("note")}
        </button>
      </div>
      {!note && <AttachmentList conversation={conversation} />}
      {canned.list}
      <div class="composer" data-note={note}>
        {!note && <FileButton onFiles={(files) => desk.attachments.add(conversation, files)} />}
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={say(placeholder)}
          aria-label={say(note ? "noteTo" : "message")}
          data-testid="composer"
          autocomplete="off"
          enterkeyhint="send"
          onInput={({ currentTarget }) => edit(currentTarget.value)}
          onKeyDown={key}
          onBlur={() => typing.ended()}
          onPaste={drop.paste}
        />
        <Button kind="primary" icon="send" disabled={waits && !note} testid="send" onClick={send}>
          <span class="send-word">{say("send")}</span>
        </Button>
      </div>
    </footer>
  );
}

/** Why only notes can be written now. */
function Reason({ conversation, canSpeak }: { conversation: Id; canSpeak: boolean }) {
  const desk = useDesk();
  const say = useDeskWords();
  const names = useNames();
  const row = desk.conversations.rows.get(conversation);
  if (canSpeak || row === undefined) return null;
  let text = say("takeFirst");
  if (desk.conversations.status(conversation) === "resolved") text = say("reopenFirst");
  else if (row.assignee && row.assignee !== desk.you) {
    text = `${say("heldBy", names.agent(row.assignee))} ${say("takeFirst")}`;
  }
  return <p class="reason">{text}</p>;
}

function FileButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const say = useDeskWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="file"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <Button
        kind="quiet"
        icon="clip"
        label={say("attach")}
        testid="attach"
        onClick={() => input.current?.click()}
      />
    </>
  );
}

/** Tells the other side that somebody types, not with every letter. */
function useTyping(desk: Desk): { typed: (text: string) => void; ended: () => void } {
  const toldMs = useRef(0);
  const ended = () => {
    if (toldMs.current !== 0) desk.typing(false);
    toldMs.current = 0;
  };
  useEffect(() => ended, []);
  return {
    ended,
    typed(text) {
      if (text === "") return ended();
      const nowMs = Date.now();
      if (nowMs - toldMs.current < TYPING_MS) return;
      toldMs.current = nowMs;
      desk.typing(true);
    },
  };
}

/** Files that are dropped on the box or pasted into it. */
function useDrop(desk: Desk, conversation: Id, takesFiles: boolean) {
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | undefined, event: Event) => {
    const files = [...(list ?? [])];
    if (files.length === 0 || !takesFiles) return;
    event.preventDefault();
    desk.attachments.add(conversation, files);
  };
  return {
    isOver,
    paste: (event: ClipboardEvent) => take(event.clipboardData?.files, event),
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takesFiles || !event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        take(event.dataTransfer?.files, event);
      },
    },
  };
}

/** The canned replies that a slash offers. */
function useCanned(conversation: Id, text: string, edit: (text: string) => void) {
  const desk = useDesk();
  const say = useDeskWords();
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState("");
  const asked = askedFor(text);
  const isOpen = asked !== null && closedAt !== text;
  useEffect(() => {
    if (isOpen) desk.readCanned();
  }, [isOpen]);
  const found = isOpen ? offered(desk.canned, asked) : [];
  const chosen = Math.min(place, found.length - 1);
  const take = (canned: Canned) => {
    const visitor = desk.conversations.rows.get(conversation)?.visitor ?? "";
    const names = {
      visitor: desk.people.contact(visitor)?.name ?? "",
      agent: desk.session.user.name,
      inbox: "",
    };
    edit(filled(canned.text, names));
    setPlace(0);
  };
  const key = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    if (event.key === "Escape") {
      setClosedAt(text);
      return true;
    }
    const picked = found[chosen];
    // A shortcut that does not exist is a slip, and no word for the visitor.
    if (picked === undefined) return event.key === "Enter" && !event.shiftKey;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      setPlace((chosen + step + found.length) % found.length);
      return true;
    }
    if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
      take(picked);
      return true;
    }
    return false;
  };
  const list = isOpen && (
    <div class="canned" role="listbox" aria-label={say("cannedTitle")} data-testid="canned">
      {found.length === 0 && <p class="none">{say("cannedNone")}</p>}
      {found.map((canned, number) => (
        <button
          type="button"
          role="option"
          key={canned.canned_id}
          aria-selected={number === chosen}
          onMouseDown={(event) => {
            // The box keeps the focus.
            event.preventDefault();
            take(canned);
          }}
        >
          <b>/{canned.shortcut}</b>
          <span>{canned.text}</span>
        </button>
      ))}
    </div>
  );
  return { key, list };
}
