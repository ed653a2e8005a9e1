import { App } from "antd";
import { useEffect } from "react";
import { shortName, type Notice } from "@airdesk/staff";
import { useDesk, useDeskState } from "../shell/desk.tsx";
import { go } from "../shell/router.ts";
import { useSay } from "../shell/words.tsx";
import { wearBadge } from "./favicon.ts";
import { useRefusal } from "./refusals.ts";
import { useResolvedWord } from "./resolved_word.tsx";

/** What is heard and seen of new messages on every page of the console. */
export function AlertsWiring() {
  const desk = useDesk();
  const say = useSay();
  const unread = useDeskState((one) => one.unread);
  useEffect(() => wearBadge(unread), [unread]);
  useEffect(() => {
    const nameOf = (conversation: string) => {
      const visitor = desk.conversations.rows.get(conversation)?.visitor ?? "";
      return desk.people.visitorName(visitor) || say("visitor", shortName(visitor));
    };
    desk.opened = (conversation) => go(`/c/mine/${conversation}`);
    desk.alertOf = (conversation, text) => ({ title: nameOf(conversation), body: text });
    desk.mentionOf = (conversation, by) => ({
      title: say("mentionedBy", desk.people.agentName(by) || say("somebody")),
      body: nameOf(conversation),
    });
  }, [desk, say]);
  useEffect(() => {
    // Who was elsewhere may have told the browser whether we may notify.
    const cameBack = () => desk.alerts.look();
    document.addEventListener("visibilitychange", cameBack);
    addEventListener("focus", cameBack);
    return () => {
      document.removeEventListener("visibilitychange", cameBack);
      removeEventListener("focus", cameBack);
    };
  }, [desk]);
  useNotices();
  useResolvedWord();
  return null;
}

/** Short words about what did not work. */
function useNotices(): void {
  const desk = useDesk();
  const say = useSay();
  const refusal = useRefusal();
  const { message } = App.useApp();
  const shown = useDeskState(({ notices }) => notices.shown);
  useEffect(() => {
    for (const notice of shown) {
      desk.notices.remove(notice.key);
      void message.error({ key: notice.key, content: words(notice), duration: 8 });
    }
    function words(notice: Notice): string {
      if (notice.name === "too long") return say("tooLong");
      return say("refused", refusal(notice.number, notice.detail));
    }
  }, [shown, desk, message, say, refusal]);
}
