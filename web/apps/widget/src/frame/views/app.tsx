import { useEffect, useRef, useState } from "preact/hooks";
import { linesOf, openOptions } from "../chat/lines.ts";
import { asksForPerson } from "../text/words.ts";
import { Composer } from "./composer.tsx";
import { ConnectionLine } from "./connection_line.tsx";
import { ContactForm, FORM_KEY } from "./cards.tsx";
import { Header } from "./header.tsx";
import { Icon } from "./icons.tsx";
import { Log } from "./log.tsx";
import type { Shown } from "./shown.ts";

/** A word to the person stays so long. */
const NOTICE_MS = 6_000;
/** The inbox takes only visitors whom the site vouches for. */
const UNPROVEN = 4107;
const FOCUSABLE = "a[href],button:not(:disabled),input:not([hidden]),textarea,[tabindex='0']";

/** The whole chat. */
export function App(shown: Shown) {
  const { chat, host, words, open, phone } = shown;
  const root = useRef<HTMLElement>(null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    // On a phone the keyboard would cover what there is to read.
    if (open && phone) root.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [open, phone]);

  if (chat.phase === "refused") return <Refused {...shown} />;
  chat.sharePending();
  const { conversations, lobby, uploads } = chat;
  const lines = linesOf({
    ...{ conversations, lobby, uploads: uploads.all, words, nowMs: Date.now() },
    nameOf: (agent) => chat.nameOf(agent),
    fileOf: (op) => chat.fileOf(op),
  });
  const offersPerson = openOptions(lines)?.options.some(asksForPerson) ?? false;
  const { form, form_fields } = chat.inbox;
  const empty = lines.length === 0;
  const asks =
    form === "before" && empty && !chat.contact.email && host.session.getItem(FORM_KEY) !== "done";

  return (
    <main
      ref={root}
      class={over ? "chat over" : "chat"}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.isComposing) host.say({ say: "close" });
        if (event.key === "Tab" && phone) keepInside(event, event.currentTarget);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (chat.canSend) void chat.attach([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Header {...shown} tall={empty} />
      <ConnectionLine {...shown} />
      {asks ? (
        <div class="scroll">
          <ContactForm
            {...shown}
            fields={form_fields}
            title={words.say("form_title")}
            hint={chat.presence.online ? words.say("greeting") : words.say("offline")}
            submit={words.say("start")}
            promises={false}
          />
        </div>
      ) : (
        <>
          <Log {...shown} lines={lines} />
          <footer>
            {conversations.status === "bot" && !empty && !offersPerson && (
              <button
                type="button"
                class="human"
                data-testid="human"
                onClick={() => chat.handOff()}
              >
                <Icon name="person" size={16} />
                {words.say("human")}
              </button>
            )}
            <Composer {...shown} />
          </footer>
        </>
      )}
      <Notice {...shown} />
      {over && <div class="dropzone">{words.say("drop")}</div>}
    </main>
  );
}

/** A word about what just happened. */
function Notice({ chat, words }: Shown) {
  const { notice } = chat;
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => chat.hush(), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class="notice" role="alert">
      {notice && <span>{words.say(notice.saying, notice.value)}</span>}
    </div>
  );
}

function Refused({ chat, host, words, phone }: Shown) {
  return (
    <main class="chat">
      <Header {...{ chat, host, words, phone }} open redraw={() => undefined} tall={false} />
      <p class="refused" role="alert">
        {chat.refusal === UNPROVEN ? words.say("refusedGuest") : words.say("refused", chat.refusal)}
      </p>
    </main>
  );
}

/** The tab key goes round inside, as nothing else is to be seen. */
function keepInside(event: KeyboardEvent, root: HTMLElement): void {
  const all = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    ({ tabIndex, offsetParent }) => tabIndex >= 0 && offsetParent !== null,
  );
  const end = event.shiftKey ? all[0] : all.at(-1);
  const next = event.shiftKey ? all.at(-1) : all[0];
  if (document.activeElement !== end && all.includes(document.activeElement as HTMLElement)) return;
  event.preventDefault();
  next?.focus();
}
