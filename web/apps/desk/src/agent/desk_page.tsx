import { useEffect, useState } from "preact/hooks";
import { Button } from "../parts/controls.tsx";
import { useTitle } from "../parts/page.tsx";
import type { Notice } from "@airdesk/staff";
import type { DeskSaying } from "../words/desk.ts";
import { Chat } from "./chat.tsx";
import { ContactPanel } from "./contact_panel.tsx";
import { useDesk, useDeskWords } from "./desk_context.tsx";
import { Sidebar } from "./sidebar.tsx";

/** On a screen of this width there is room for the contact beside the conversation. */
const ROOMY = "(width >= 1180px)";

/** The whole desk: lists, conversation, contact. */
export function DeskPage() {
  const desk = useDesk();
  const say = useDeskWords();
  const [contactShown, showContact] = useState(() => matchMedia(ROOMY).matches);
  const { unread, chosen } = desk;
  useTitle(`${unread > 0 ? `(${unread}) ` : ""}${say("title")} · AirDesk`);
  useEffect(() => {
    const changed = () => desk.changed();
    document.addEventListener("visibilitychange", changed);
    addEventListener("focus", changed);
    return () => {
      document.removeEventListener("visibilitychange", changed);
      removeEventListener("focus", changed);
    };
  }, [desk]);
  return (
    <div class="desk" data-open={chosen !== ""} data-contact={contactShown && chosen !== ""}>
      <Sidebar />
      <Chat contactShown={contactShown} onContact={() => showContact(!contactShown)} />
      {contactShown && chosen !== "" && (
        <ContactPanel key={chosen} onClose={() => showContact(false)} />
      )}
      <NoticeList />
    </div>
  );
}

const REFUSALS: Readonly<Record<number, DeskSaying>> = {
  4201: "refusedGone",
  4202: "refusedPermission",
  4203: "refusedStatus",
  4204: "refusedAgent",
  4205: "refusedText4205",
  4206: "refusedGone",
};

function NoticeList() {
  const desk = useDesk();
  const say = useDeskWords();
  const text = (notice: Notice) => {
    if (notice.name === "too long") return say("tooLong");
    const known = REFUSALS[notice.number];
    const why = known === undefined ? notice.detail : say(known);
    return notice.text === "" ? say("refused", why) : say("refusedText", notice.text, why);
  };
  return (
    <div class="notices" role="alert" data-testid="notices">
      {desk.notices.shown.map((notice) => (
        <p class="notice" key={notice.key}>
          <span>{text(notice)}</span>
          <Button
            kind="quiet"
            icon="close"
            label={say("close")}
            onClick={() => desk.notices.remove(notice.key)}
          />
        </p>
      ))}
    </div>
  );
}
