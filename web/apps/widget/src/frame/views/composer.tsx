import { Draft, systemMint } from "@airdesk/client";
import { limits, utf8 } from "@airdesk/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { TypingSignal } from "../chat/typing_signal.ts";
import { Composition } from "../text/composition.ts";
import type { Saying } from "../text/words.ts";
import { Icon } from "./icons.tsx";
import type { Shown } from "./shown.ts";

/** Where this tab keeps what is written and not sent. */
const DRAFT_KEY = "draft";
/** How the system's emoji picker is opened is said so long. */
const HINT_MS = 6_000;

function emojiHint(): Saying {
  const { userAgent } = navigator;
  if (userAgent.includes("Windows")) return "emojiWindows";
  return userAgent.includes("Mac") ? "emojiMac" : "emojiOther";
}

/** The box in which the visitor writes. */
export function Composer({ chat, host, words, open, phone, redraw }: Shown) {
  const box = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [composition] = useState(() => new Composition());
  const [draft] = useState(() => {
    const made = new Draft(systemMint);
    made.edit(host.session.getItem(DRAFT_KEY) ?? "");
    return made;
  });
  const [typing] = useState(
    () =>
      new TypingSignal({
        tell: (on, text) => chat.typing(on, text),
        nowMs: () => Date.now(),
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
      }),
  );
  const [hint, setHint] = useState(false);

  useEffect(() => {
    if (open && !phone) box.current?.focus({ preventScroll: true });
  }, [open, phone]);
  useEffect(() => fit(box.current), []);

  const edit = (text: string) => {
    draft.edit(text);
    if (text) host.session.setItem(DRAFT_KEY, text);
    else host.session.removeItem(DRAFT_KEY);
    fit(box.current);
    typing.typed(text);
    redraw();
  };
  useEffect(() => {
    if (chat.returned === "") return;
    const text = [chat.returned, draft.text].filter(Boolean).join("\n");
    chat.returned = "";
    if (box.current) box.current.value = text;
    edit(text);
  }, [chat.returned]);
  const send = () => {
    if (!chat.canSend) return;
    if (utf8(draft.text).length > limits.TEXT_BYTES_MAX) return chat.say("tooLong");
    const written = draft.take();
    if (written === null) return;
    typing.sent();
    chat.send(written);
    edit("");
    if (box.current) box.current.value = "";
    fit(box.current);
    box.current?.focus({ preventScroll: true });
  };
  const attach = async (chosen: Iterable<File>) => {
    const refused = await chat.attach([...chosen]);
    for (const { name } of refused) chat.say("tooLarge", name);
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData?.files;
    // A picture copied from a text document comes with its text; then the text is meant.
    if (!pasted?.length || event.clipboardData?.getData("text/plain")) return;
    event.preventDefault();
    void attach(pasted);
  };
  const emoji = () => {
    box.current?.focus();
    setHint(true);
    setTimeout(() => setHint(false), HINT_MS);
  };

  return (
    <div class="composer">
      {hint && (
        <p class="hint" role="status">
          {words.say(emojiHint())}
        </p>
      )}
      <textarea
        ref={box}
        rows={1}
        data-testid="composer"
        defaultValue={draft.text}
        placeholder={words.say("placeholder")}
        aria-label={words.say("placeholder")}
        enterkeyhint="send"
        autocomplete="off"
        onInput={(event) => edit(event.currentTarget.value)}
        onCompositionStart={() => composition.started()}
        onCompositionEnd={() => composition.ended()}
        onBlur={() => typing.stopped()}
        onPaste={paste}
        onKeyDown={(event) => {
          if (!composition.sends(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => {
          void attach([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <div class="tools">
        <button
          type="button"
          class="round"
          data-testid="attach"
          disabled={!chat.canSend}
          aria-label={words.say("attach")}
          title={words.say("attach")}
          onClick={() => files.current?.click()}
        >
          <Icon name="clip" />
        </button>
        {!phone && (
          <button
            type="button"
            class="round"
            data-testid="emoji"
            aria-label={words.say("emoji")}
            title={words.say("emoji")}
            onClick={emoji}
          >
            <Icon name="smile" />
          </button>
        )}
        <button
          type="button"
          class="round send"
          data-testid="send"
          disabled={!chat.canSend || draft.text.trim() === ""}
          aria-label={words.say("send")}
          title={words.say("send")}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}

/** As high as what is written in it, up to the maximum of the style. */
function fit(box: HTMLTextAreaElement | null): void {
  if (box === null) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
