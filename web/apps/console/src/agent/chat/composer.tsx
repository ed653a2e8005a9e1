import { Button, Tooltip } from "antd";
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from "react";
import type { Id } from "@airdesk/protocol";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { usePermission } from "../../shell/session.tsx";
import { useSay } from "../../shell/words.tsx";
import { AttachmentStrip } from "./attachment_strip.tsx";
import { CannedChoices, useCannedChoices } from "./canned_choices.tsx";
import { ComposerReason } from "./composer_reason.tsx";
import { draftKey } from "./draft_key.ts";
import { EmojiButton } from "./emoji_button.tsx";
import { MentionChoices, useMentionChoices } from "./mention_choices.tsx";
import { useFilePaste } from "./file_drop.ts";
import { useTypingSignal } from "./typing_signal.ts";

/** keyCode of a key that belongs to an input method; Safari ends a composition with it. */
const INPUT_METHOD = 229;
const HEIGHT_MAX_PX = 260;
const HEIGHT_ROOM_PX = 2;

/** True while a key belongs to an input method: Enter then chooses a word, it does not send. */
export function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === INPUT_METHOD;
}

/** The box in which the agent writes to the visitor, or a note to the team. */
export function Composer({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const mayNoteOnly = !useMaySpeak(conversation);
  const note = useDeskState(({ writesNote }) => writesNote) || mayNoteOnly;
  const watches = useDeskState((one) => !one.holds(conversation));
  // The desk opens the conversation after this is drawn, and then begins with a reply.
  const isChosen = useDeskState(({ chosen }) => chosen === conversation);
  useEffect(() => {
    // Who watches another one's conversation whispers, unless he says that he speaks.
    if (isChosen) desk.writeNote(watches);
  }, [watches, isChosen, desk, conversation]);
  const key = draftKey(conversation, note);
  const paste = useFilePaste(conversation, !note);
  const hands = useRef<Hands>(NO_HANDS);
  const focused = useRef<Id>("");
  return (
    <footer className="composer" data-note={note}>
      <ComposerReason conversation={conversation} maySpeak={!mayNoteOnly} />
      <Modes note={note} mayNoteOnly={mayNoteOnly} onChange={(on) => desk.writeNote(on)} />
      <div className="writing">
        <Writing
          key={key}
          conversation={conversation}
          note={note}
          hands={hands}
          focused={focused}
          onPaste={paste}
        />
        <Tools conversation={conversation} note={note} hands={hands} />
      </div>
    </footer>
  );
}

/** True if the person may write to the visitor now. */
export function useMaySpeak(conversation: Id): boolean {
  const supervises = usePermission("conversations:supervise");
  return useDeskState((desk) => {
    const status = desk.conversations.status(conversation);
    if (status !== "assigned" && status !== "snoozed") return false;
    return desk.holds(conversation) || supervises;
  });
}

interface ModesProps {
  readonly note: boolean;
  readonly mayNoteOnly: boolean;
  readonly onChange: (note: boolean) => void;
}

function Modes({ note, mayNoteOnly, onChange }: ModesProps) {
  const say = useSay();
  return (
    <div className="modes" role="tablist" aria-label={say("writeMode")}>
      <button
        type="button"
        role="tab"
        aria-selected={!note}
        disabled={mayNoteOnly}
        data-testid="message-tab"
        onClick={() => onChange(false)}
      >
        {say("reply")}
      </button>
      <button
        type="button"
        role="tab"
        aria-selected={note}
        data-testid="note"
        onClick={() => onChange(true)}
      >
        <Icon name="lock" />
        {say("note")}
      </button>
    </div>
  );
}

/** What the buttons under the text can do with it. */
interface Hands {
  readonly box: HTMLTextAreaElement | null;
  readonly write: (text: string, caret?: number) => void;
  readonly send: () => void;
}

const NO_HANDS: Hands = { box: null, write: () => undefined, send: () => undefined };

interface WritingProps {
  readonly conversation: Id;
  readonly note: boolean;
  readonly hands: RefObject<Hands>;
  /** The conversation whose box got the focus last. */
  readonly focused: RefObject<Id>;
  readonly onPaste: (event: React.ClipboardEvent) => void;
}

/** The text; another conversation has another one. */
function Writing({ conversation, note, hands, focused, onPaste }: WritingProps) {
  const desk = useDesk();
  const say = useSay();
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(conversation, note);
  const typing = useTypingSignal(conversation);
  const uploads = useDeskState(({ attachments }) => attachments.of(conversation));
  const waits = !note && uploads.some(({ ticket }) => ticket === "");
  // Where the next letter comes, so that a name behind an "@" is found there.
  const [caret, setCaret] = useState(draft.text.length);
  const { edit } = draft;
  const write = useCallback(
    (text: string, caret = text.length) => {
      edit(text);
      setCaret(caret);
      requestAnimationFrame(() => box.current?.setSelectionRange(caret, caret));
    },
    [edit],
  );
  const canned = useCannedChoices(conversation, note ? "" : draft.text, write);
  const mentions = useMentionChoices(note ? draft.text : "", caret, write);
  useHeight(box, draft.text);
  useEffect(() => {
    const isOther = focused.current !== conversation;
    focused.current = conversation;
    // A visitor who writes on brings another box, but no letters to who presses single keys.
    if (!isOther && !isFocusFree()) return;
    // On a phone the keyboard would hide the conversation that was just opened.
    if (matchMedia("(hover: hover)").matches) box.current?.focus();
  }, []);
  const send = () => {
    if (waits) return;
    if (
      desk.sendDraft(
        conversation,
        note,
        mentions.chosen(draft.text),
        draftKey(conversation, note),
      ) === "too long"
    ) {
      desk.notices.add({ name: "too long" });
      return;
    }
    draft.read();
    typing.ended();
    box.current?.focus();
  };
  useLayoutEffect(() => {
    hands.current = { box: box.current, write, send };
  });
  const leave = () => {
    // Single keys work from here, and the arrows move through what was said.
    document.querySelector<HTMLElement>("[data-testid=messages]")?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (canned.pressed(event) || mentions.pressed(event)) return event.preventDefault();
    if (event.key === "Escape") return leave();
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    event.preventDefault();
    send();
  };
  return (
    <>
      <CannedChoices choices={canned} />
      <MentionChoices choices={mentions} />
      <textarea
        ref={box}
        rows={2}
        value={draft.text}
        placeholder={say(note ? "noteTo" : "messageTo")}
        aria-label={say(note ? "note" : "reply")}
        data-testid="composer"
        autoComplete="off"
        enterKeyHint="send"
        onChange={({ currentTarget }) => {
          draft.edit(currentTarget.value);
          setCaret(currentTarget.selectionStart);
          if (!note) typing.typed(currentTarget.value);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={pressed}
        onBlur={typing.ended}
        onPaste={onPaste}
        {...canned.attributes}
      />
      {!note && <AttachmentStrip conversation={conversation} files={uploads} />}
    </>
  );
}

/** True if the focus is nowhere, as when a box went that had it, or at the box already. */
function isFocusFree(): boolean {
  const at = document.activeElement;
  return at === null || at === document.body || at.closest(".composer") !== null;
}

interface ToolsProps {
  readonly conversation: Id;
  readonly note: boolean;
  readonly hands: RefObject<Hands>;
}

/** What is under the text: neither a letter nor another conversation draws all of it anew. */
const Tools = memo(function Tools({ conversation, note, hands }: ToolsProps) {
  const say = useSay();
  const isReady = useIsReady(conversation, note);
  const focus = () => hands.current.box?.focus();
  const written = () => hands.current.box?.value ?? "";
  return (
    <div className="tools">
      {!note && <FileButton conversation={conversation} onDone={focus} />}
      {!note && (
        <Tool
          label={say("canned")}
          icon="slash"
          testid="canned-open"
          onClick={() => {
            if (written() === "") hands.current.write("/");
            focus();
          }}
        />
      )}
      {note && (
        <Tool
          label={say("mention")}
          icon="at"
          testid="mention-open"
          onClick={() => {
            const gap = written() === "" || written().endsWith(" ") ? "" : " ";
            hands.current.write(`${written()}${gap}@`);
            focus();
          }}
        />
      )}
      <EmojiButton
        onClose={focus}
        onChoose={(emoji) => {
          const { box, write } = hands.current;
          const text = written();
          const caret = box?.selectionStart ?? text.length;
          write(text.slice(0, caret) + emoji + text.slice(caret), caret + emoji.length);
          focus();
        }}
      />
      <span className="tools-space" />
      <span className="send-hint">{say("sendHint")}</span>
      <Button
        type="primary"
        className="send"
        disabled={!isReady}
        data-testid="send"
        onClick={() => hands.current.send()}
      >
        {say(note ? "addNote" : "send")}
      </Button>
    </div>
  );
});

/** True if there is something to send, and no file is still on its way to us. */
function useIsReady(conversation: Id, note: boolean): boolean {
  return useDeskState(({ drafts, attachments }) => {
    const hasWords = !isBlank(drafts.text(draftKey(conversation, note)));
    if (note) return hasWords;
    const uploads = attachments.of(conversation);
    return uploads.every(({ ticket }) => ticket !== "") && (hasWords || uploads.length > 0);
  });
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** The draft of the box: the letters are here at once, and kept beside. */
function useDraft(conversation: Id, note: boolean) {
  const desk = useDesk();
  const key = draftKey(conversation, note);
  const [text, setText] = useState(() => desk.drafts.text(key));
  // An action elsewhere may write into the box, such as editing a refused message.
  const revision = useDeskState((one) => one.draftRevision(key));
  useEffect(() => setText(desk.drafts.text(key)), [desk, key, revision]);
  const edit = useCallback(
    (value: string) => {
      const wasBlank = isBlank(desk.drafts.text(key));
      desk.drafts.edit(key, value);
      setText(value);
      // The list says that there is a draft, the button that it can be sent.
      if (wasBlank !== isBlank(value)) desk.changed();
    },
    [desk, key],
  );
  return {
    text,
    edit,
    read: () => setText(desk.drafts.text(key)),
  };
}

function useHeight(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + HEIGHT_ROOM_PX, HEIGHT_MAX_PX)}px`;
  }, [box, text]);
}

interface ToolProps {
  readonly label: string;
  readonly icon: "slash" | "at" | "clip";
  readonly testid: string;
  readonly onClick: () => void;
}

function Tool({ label, icon, testid, onClick }: ToolProps) {
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        aria-label={label}
        data-testid={testid}
        icon={<Icon name={icon} />}
        onClick={onClick}
      />
    </Tooltip>
  );
}

function FileButton({ conversation, onDone }: { conversation: Id; onDone: () => void }) {
  const desk = useDesk();
  const say = useSay();
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
          desk.attachments.add(conversation, [...(currentTarget.files ?? [])]);
          currentTarget.value = "";
          // Enter sends them, and does not ask for more.
          onDone();
        }}
      />
      <Tool
        label={say("attach")}
        icon="clip"
        testid="attach"
        onClick={() => input.current?.click()}
      />
    </>
  );
}
