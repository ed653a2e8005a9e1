import { useQuery } from "@tanstack/react-query";
import { STATUSES } from "@airdesk/client";
import type { Id } from "@airdesk/protocol";
import { shortTime, type Contact, type ConversationSummary, type Page } from "@airdesk/staff";
import { followed } from "../../shell/page_link.tsx";
import { useApi, usePreferences } from "../../shell/parts.tsx";
import { addressOf } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import type { ListName } from "../lists/lists.ts";

const SHOWN_MAX = 20;

interface EarlierProps {
  readonly contact: Contact;
  /** The conversation on the screen: it is none of the earlier ones. */
  readonly open: Id;
  readonly list: ListName;
}

/** What the contact asked before. */
export function EarlierConversations({ contact, open, list }: EarlierProps) {
  const say = useSay();
  const api = useApi();
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: ["contact", contact.contact_id, "conversations"],
    queryFn: () =>
      api.get<Page<ConversationSummary>>(`/api/v1/contacts/${contact.contact_id}/conversations`, {
        limit: SHOWN_MAX,
      }),
  });
  const others = (data?.items ?? []).filter(({ conversation_id }) => conversation_id !== open);
  return (
    <section>
      <h3>{say("earlier")}</h3>
      {others.length === 0 && <p className="none">{say("earlierNone")}</p>}
      <ul className="earlier" data-testid="earlier">
        {others.map((one) => {
          const path = `/c/${list}/${one.conversation_id}`;
          const status = STATUSES.find((name) => name === one.status) ?? "queued";
          return (
            <li key={one.conversation_id}>
              <a href={addressOf(path)} onClick={(event) => followed(event, path)}>
                <span>{one.last_text || say("noWords")}</span>
                <small>
                  {say(`status-${status}`)}
                  <time>{shortTime(one.last_ms, Date.now(), language)}</time>
                </small>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
