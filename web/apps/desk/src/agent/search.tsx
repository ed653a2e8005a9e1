import { useEffect, useState } from "preact/hooks";
import type { Page } from "@airdesk/staff";
import type { Contact, ConversationSummary, FoundMessage } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { Avatar, Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { markedParts } from "@airdesk/staff";
import { shortName } from "@airdesk/staff";
import { shortTime } from "@airdesk/staff";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";

/** The pause after the last letter before the server is asked. */
const PAUSE_MS = 250;
const FOUND_MAX = 20;

interface Found {
  readonly contacts: readonly Contact[];
  readonly messages: readonly FoundMessage[];
}

/** A search and what it found; null while it is under way. */
export interface Search {
  readonly text: string;
  readonly found: Found | Problem | null;
  setText(text: string): void;
}

/** Hold a search. */
export function useSearch(): Search {
  const api = useApi();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Search["found"]>(null);
  useEffect(() => {
    setFound(null);
    const asked = text.trim();
    if (asked === "") return;
    let isOver = false;
    const ask = async () => {
      const query = { q: asked, limit: FOUND_MAX };
      const [contacts, messages] = await Promise.all([
        api.get<Page<Contact>>("/api/v1/search/contacts", query),
        api.get<Page<FoundMessage>>("/api/v1/search/messages", query),
      ]);
      if (!isOver) setFound({ contacts: contacts.items, messages: messages.items });
    };
    const timer = setTimeout(() => {
      ask().catch((thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        if (!isOver) setFound(thrown);
      });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text]);
  return { text, found, setText };
}

/** Where a search is typed. */
export function SearchBox({ search }: { search: Search }) {
  const say = useDeskWords();
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        placeholder={say("search")}
        aria-label={say("search")}
        data-testid="search"
        value={search.text}
        onInput={({ currentTarget }) => search.setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && !event.isComposing) search.setText("");
        }}
      />
      {search.text !== "" && (
        <Button
          kind="quiet"
          icon="close"
          label={say("searchClear")}
          onClick={() => search.setText("")}
        />
      )}
    </div>
  );
}

/** What a search found. */
export function SearchResults({ search }: { search: Search }) {
  const say = useDeskWords();
  const { found, text } = search;
  if (text.trim() === "") return null;
  if (found === null) return <p class="none">{say("searching")}</p>;
  if (found instanceof Problem) return <p class="none">{say("searchFailed")}</p>;
  const { contacts, messages } = found;
  if (contacts.length + messages.length === 0) {
    return <p class="none">{say("searchNothing", text.trim())}</p>;
  }
  return (
    <div data-testid="found">
      {contacts.length > 0 && (
        <section>
          <h2>{say("searchContacts")}</h2>
          <ul>
            {contacts.map((contact) => (
              <FoundContact key={contact.contact_id} contact={contact} />
            ))}
          </ul>
        </section>
      )}
      {messages.length > 0 && (
        <section>
          <h2>{say("searchMessages")}</h2>
          <ul>
            {messages.map((message) => (
              <FoundWords key={`${message.conversation_id}${message.seq}`} message={message} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function FoundContact({ contact }: { contact: Contact }) {
  const desk = useDesk();
  const say = useDeskWords();
  const api = useApi();
  const name = contact.name || contact.email || say("visitor", shortName(contact.contact_id));
  const open = async () => {
    const path = `/api/v1/contacts/${contact.contact_id}/conversations`;
    try {
      const { items } = await api.get<Page<ConversationSummary>>(path, { limit: 1 });
      desk.people.learn(contact);
      if (items[0]) desk.choose(items[0].conversation_id);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
    }
  };
  return (
    <li>
      <button type="button" class="conversation" onClick={() => void open()}>
        <Avatar id={contact.contact_id} name={name} />
        <span class="what">
          <b>{name}</b>
          <span class="preview">{contact.email || contact.phone || contact.external_id}</span>
        </span>
      </button>
    </li>
  );
}

function FoundWords({ message }: { message: FoundMessage }) {
  const desk = useDesk();
  const names = useNames();
  const { language } = usePreferences();
  const { visitor_id, text, marks, is_cut_before, is_cut_after } = message;
  const name = names.visitor(visitor_id);
  return (
    <li>
      <button
        type="button"
        class="conversation"
        data-testid="found-message"
        onClick={() => desk.choose(message.conversation_id)}
      >
        <Avatar id={visitor_id} name={name} {...names.icon(visitor_id)} />
        <span class="what">
          <span class="line">
            <b>{name}</b>
            <time>{shortTime(message.at_ms, Date.now(), language)}</time>
          </span>
          <span class="preview two">
            {is_cut_before && "…"}
            {markedParts(text, marks).map(({ part, isMarked }, place) =>
              isMarked ? <mark key={place}>{part}</mark> : part,
            )}
            {is_cut_after && "…"}
          </span>
        </span>
      </button>
    </li>
  );
}
