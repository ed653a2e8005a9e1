import { useEffect, useState } from "preact/hooks";
import type { Id } from "@airdesk/protocol";
import type { Page } from "@airdesk/staff";
import type { Contact, ConversationSummary, PageView } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { Avatar, Button, TextField } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { ago, dayAndTime, timeOfDay } from "@airdesk/staff";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";

const PAGES_SHOWN = 20;
const EARLIER_SHOWN = 10;

/** Who the visitor of the open conversation is. */
export function ContactPanel({ onClose }: { onClose: () => void }) {
  const desk = useDesk();
  const say = useDeskWords();
  const names = useNames();
  const [isEdited, setEdited] = useState(false);
  const visitor = desk.conversations.rows.get(desk.chosen)?.visitor ?? "";
  const contact = visitor === "" ? null : desk.people.contact(visitor);
  return (
    <aside class="contact" aria-label={say("contact")} data-testid="contact">
      <header>
        <h2>{say("contact")}</h2>
        <Button kind="quiet" icon="close" label={say("close")} onClick={onClose} />
      </header>
      <div class="contact-scroll">
        <div class="contact-who">
          <Avatar id={visitor} name={names.visitor(visitor)} {...names.icon(visitor)} />
          <span>
            <b>{names.visitor(visitor)}</b>
            {contact?.is_verified && (
              <small class="verified" title={say("contactVerifiedHint")}>
                {say("contactVerified")}
              </small>
            )}
          </span>
        </div>
        {contact === null && <p class="none">{say("contactUnknown")}</p>}
        {contact && !isEdited && <ContactFacts contact={contact} onEdit={() => setEdited(true)} />}
        {contact && isEdited && (
          <ContactForm contact={contact} visitor={visitor} onDone={() => setEdited(false)} />
        )}
        {contact && <Trail contactId={contact.contact_id} />}
        {contact && <Earlier contactId={contact.contact_id} />}
      </div>
    </aside>
  );
}

function ContactFacts({ contact, onEdit }: { contact: Contact; onEdit: () => void }) {
  const desk = useDesk();
  const say = useDeskWords();
  const { language } = usePreferences();
  const facts: (readonly [label: string, value: string])[] = [
    [say("contactEmail"), contact.email],
    [say("contactPhone"), contact.phone],
    [say("contactId"), contact.external_id],
    [say("contactFirst"), contact.created_ms ? dayAndTime(contact.created_ms, language) : ""],
    [
      say("contactLast"),
      contact.last_seen_ms ? ago(contact.last_seen_ms, Date.now(), language) : "",
    ],
  ];
  const attributes = Object.entries(contact.attributes);
  return (
    <>
      <section>
        <dl>
          {facts
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
        {desk.may("contacts:write") && (
          <Button testid="edit-contact" onClick={onEdit}>
            {say("contactEdit")}
          </Button>
        )}
      </section>
      {attributes.length > 0 && (
        <section>
          <h3>{say("attributes")}</h3>
          <dl>
            {attributes.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function ContactForm(props: { contact: Contact; visitor: Id; onDone: () => void }) {
  const { contact, visitor, onDone } = props;
  const desk = useDesk();
  const api = useApi();
  const say = useDeskWords();
  const { name, email, phone } = contact;
  const form = useForm({ name, email, phone }, async (values) => {
    const changed = await api.patch<Contact>(`/api/v1/contacts/${contact.contact_id}`, values);
    desk.people.learn({ ...changed, visitor_ids: [...changed.visitor_ids, visitor] });
    onDone();
  });
  return (
    <section>
      <form onSubmit={form.submit} noValidate>
        <TextField {...form.field("name")} label={say("contactName")} lengthMax={100} />
        <TextField {...form.field("email")} label={say("contactEmail")} type="email" />
        <TextField {...form.field("phone")} label={say("contactPhone")} lengthMax={40} />
        <FormFault text={form.fault} />
        <div class="buttons">
          <Button kind="primary" type="submit" busy={form.busy} testid="save-contact">
            {say("contactSave")}
          </Button>
          <Button onClick={onDone}>{say("cancel")}</Button>
        </div>
      </form>
    </section>
  );
}

/** Read a list once for each address; null while it is read. */
function useItems<Item>(path: string, limit: number): readonly Item[] | Problem | null {
  const api = useApi();
  const [items, setItems] = useState<readonly Item[] | Problem | null>(null);
  useEffect(() => {
    let isOver = false;
    const show = (found: readonly Item[] | Problem) => {
      if (!isOver) setItems(found);
    };
    api.get<Page<Item>>(path, { limit }).then(
      ({ items: found }) => show(found),
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        show(thrown);
      },
    );
    return () => {
      isOver = true;
    };
  }, [path]);
  return items;
}

function Trail({ contactId }: { contactId: Id }) {
  const say = useDeskWords();
  const { language } = usePreferences();
  const pages = useItems<PageView>(`/api/v1/contacts/${contactId}/pages`, PAGES_SHOWN);
  if (pages === null || pages instanceof Problem) return null;
  return (
    <section data-testid="trail">
      <h3>{say("pages")}</h3>
      {pages.length === 0 && <p class="none">{say("pagesNone")}</p>}
      <ol class="trail">
        {pages.map(({ url, title, at_ms }) => (
          <li key={`${at_ms}${url}`}>
            <time title={dayAndTime(at_ms, language)}>{timeOfDay(at_ms, language)}</time>
            <span>
              <PageLink url={url} text={title || url} />
              {title && <small>{url}</small>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A visitor says where he was: only an address of the web can be followed. */
function PageLink({ url, text }: { url: string; text: string }) {
  if (!/^https?:\/\//i.test(url)) return <>{text}</>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}

function Earlier({ contactId }: { contactId: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const { language } = usePreferences();
  const path = `/api/v1/contacts/${contactId}/conversations`;
  const found = useItems<ConversationSummary>(path, EARLIER_SHOWN);
  if (found === null || found instanceof Problem) return null;
  const earlier = found.filter(({ conversation_id }) => conversation_id !== desk.chosen);
  return (
    <section data-testid="earlier">
      <h3>{say("earlier")}</h3>
      {earlier.length === 0 && <p class="none">{say("earlierNone")}</p>}
      <ul class="earlier">
        {earlier.map(({ conversation_id, last_ms, last_text }) => (
          <li key={conversation_id}>
            <button type="button" onClick={() => desk.choose(conversation_id)}>
              <span>{last_text || dayAndTime(last_ms, language)}</span>
              <small>{ago(last_ms, Date.now(), language)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
