import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useDeferredValue, useEffect, useState } from "react";
import {
  markedParts,
  shortTime,
  type Contact,
  type ConversationSummary,
  type FoundMessage,
  type Page,
} from "@airdesk/staff";
import { Face } from "../../shell/face.tsx";
import { Icon } from "../../shell/icons.tsx";
import { followed } from "../../shell/page_link.tsx";
import { useApi, useArrangement, usePreferences } from "../../shell/parts.tsx";
import { addressOf, go } from "../../shell/router.ts";
import { usePermission } from "../../shell/session.tsx";
import { Failed, Loading, Nothing } from "../../shell/states.tsx";
import { useSay } from "../../shell/words.tsx";
import { useVisitorName } from "../names.ts";
import { VisitorFace } from "../visitor_face.tsx";
import type { ListName } from "./lists.ts";
import { pressedInRows } from "./row_keys.ts";

/** The pause after the last letter before the server is asked. */
const PAUSE_MS = 200;
const FOUND_MAX = 30;
const CONTACTS_MAX = 5;

/** The text, once the person has stopped for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

/** What the search found: contacts, then messages and notes, newest first. */
export function SearchResults({ list }: { list: ListName }) {
  const say = useSay();
  const api = useApi();
  const text = usePaused(useDeferredValue(useArrangement(({ search }) => search ?? "").trim()));
  const inbox = useArrangement(({ filters }) => filters.inbox);
  const mayReadContacts = usePermission("contacts:read");
  const enabled = text !== "";
  const contacts = useQuery({
    queryKey: ["search", "contacts", text],
    queryFn: () =>
      api.get<Page<Contact>>("/api/v1/search/contacts", { q: text, limit: CONTACTS_MAX }),
    enabled: enabled && mayReadContacts,
    placeholderData: keepPreviousData,
  });
  const said = useInfiniteQuery({
    queryKey: ["search", "messages", text, inbox],
    queryFn: ({ pageParam }) =>
      api.get<Page<FoundMessage>>("/api/v1/search/messages", {
        q: text,
        inbox_id: inbox,
        after: pageParam,
        limit: FOUND_MAX,
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    enabled,
    placeholderData: keepPreviousData,
  });
  if (!enabled) return <Nothing icon="search" title={say("searchBegin")} />;
  if (said.error !== null)
    return <Failed problem={said.error} onAgain={() => void said.refetch()} />;
  if (said.data === undefined) return <Loading />;
  const people = contacts.data?.items ?? [];
  const found = said.data.pages.flatMap(({ items }) => items);
  if (people.length + found.length === 0) {
    return <Nothing icon="search" title={say("searchNothing", text)} />;
  }
  return (
    <div className="rows found" data-testid="found" onKeyDown={pressedInRows}>
      {people.length > 0 && <h2>{say("searchContacts")}</h2>}
      <ul>
        {people.map((contact) => (
          <FoundContact key={contact.contact_id} contact={contact} list={list} />
        ))}
      </ul>
      {found.length > 0 && <h2>{say("searchMessages")}</h2>}
      <ul>
        {found.map((one) => (
          <FoundWords key={`${one.conversation_id}${one.seq}`} found={one} list={list} />
        ))}
      </ul>
      {said.hasNextPage && (
        <Button block type="text" onClick={() => void said.fetchNextPage()}>
          {say("more")}
        </Button>
      )}
    </div>
  );
}

function FoundContact({ contact, list }: { contact: Contact; list: ListName }) {
  const say = useSay();
  const api = useApi();
  const name = contact.name || contact.email || say("unnamed");
  const open = async () => {
    const path = `/api/v1/contacts/${contact.contact_id}/conversations`;
    const { items } = await api.get<Page<ConversationSummary>>(path, { limit: 1 });
    if (items[0] !== undefined) go(`/c/${list}/${items[0].conversation_id}`);
  };
  return (
    <li>
      <button type="button" className="row" onClick={() => void open()}>
        <Face id={contact.contact_id} name={name} />
        <span className="row-what">
          <span className="row-line">
            <b>{name}</b>
          </span>
          <span className="row-line">
            <span className="row-words">
              {contact.email || contact.phone || contact.external_id}
            </span>
          </span>
        </span>
      </button>
    </li>
  );
}

function FoundWords({ found, list }: { found: FoundMessage; list: ListName }) {
  const say = useSay();
  const { language } = usePreferences();
  const name = useVisitorName(found.visitor_id);
  const path = `/c/${list}/${found.conversation_id}?at=${found.seq}`;
  return (
    <li>
      <a
        className="row"
        href={addressOf(path)}
        data-testid="found-message"
        onClick={(event) => followed(event, path)}
      >
        <VisitorFace id={found.visitor_id} />
        <span className="row-what">
          <span className="row-line">
            <b>{name}</b>
            {found.is_note && <Icon name="note" label={say("note")} />}
            <time>{shortTime(found.at_ms, Date.now(), language)}</time>
          </span>
          <span className="row-found">
            {found.is_cut_before && "…"}
            {markedParts(found.text, found.marks).map(({ part, isMarked }, place) =>
              isMarked ? <mark key={place}>{part}</mark> : part,
            )}
            {found.is_cut_after && "…"}
          </span>
        </span>
      </a>
    </li>
  );
}
