import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Tooltip } from "antd";
import { Suspense, lazy, useEffect, useState, type ReactNode } from "react";
import type { Id } from "@airdesk/protocol";
import { Problem, ago, dayAndTime, explain, type Contact, type Page } from "@airdesk/staff";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon, type IconName } from "../../shell/icons.tsx";
import { useApi, useParts, usePreferences } from "../../shell/parts.tsx";
import { usePermission } from "../../shell/session.tsx";
import { Failed, Loading } from "../../shell/states.tsx";
import { useSay } from "../../shell/words.tsx";
import { useVisitorName } from "../names.ts";
import type { ListName } from "../lists/lists.ts";
import { VisitorFace } from "../visitor_face.tsx";
import { EarlierConversations } from "./earlier.tsx";
import { PageTrail } from "./page_trail.tsx";

/** The form is loaded when somebody corrects a contact. */
const ContactForm = lazy(() => import("./contact_form.tsx"));

/** Who the visitor is: what he said of himself, where he was, what he asked before. */
export function ContactPanel({ conversation, list }: { conversation: Id; list: ListName }) {
  const say = useSay();
  const api = useApi();
  const desk = useDesk();
  const { workplace } = useParts();
  const visitor = useDeskState(
    ({ conversations }) => conversations.rows.get(conversation)?.visitor ?? "",
  );
  const query = useQuery({
    queryKey: ["contact", visitor],
    queryFn: async () => {
      const { items } = await api.get<Page<Contact>>("/api/v1/contacts", { visitor_id: visitor });
      return items[0] ?? null;
    },
    enabled: visitor !== "",
  });
  const contact = query.data ?? null;
  useEffect(() => {
    if (contact !== null) desk.people.learn({ ...contact, visitor_ids: [visitor] });
  }, [contact, desk, visitor]);
  return (
    <aside className="contact" aria-label={say("contact")} data-testid="contact">
      <header className="contact-bar">
        <h2>{say("contact")}</h2>
        <Button
          type="text"
          aria-label={say("close")}
          icon={<Icon name="close" />}
          onClick={() => workplace.toggleContact()}
        />
      </header>
      {query.error !== null && contact === null ? (
        <Failed problem={query.error} onAgain={() => void query.refetch()} />
      ) : query.isLoading ? (
        <Loading />
      ) : (
        <div className="contact-scroll">
          <Who contact={contact} visitor={visitor} conversation={conversation} />
          {contact !== null && <Facts contact={contact} />}
          {contact !== null && <PageTrail contact={contact} />}
          {contact !== null && (
            <EarlierConversations contact={contact} open={conversation} list={list} />
          )}
        </div>
      )}
    </aside>
  );
}

interface WhoProps {
  readonly contact: Contact | null;
  readonly visitor: Id;
  readonly conversation: Id;
}

function Who({ contact, visitor, conversation }: WhoProps) {
  const say = useSay();
  const name = useVisitorName(visitor, contact?.name ?? "");
  const mayChange = usePermission("contacts:write") && contact !== null;
  const [isEdited, edit] = useState(false);
  const done = () => {
    edit(false);
    // The form had the focus; the button that opened it has it again.
    setTimeout(() => document.querySelector<HTMLElement>("[data-testid=contact-edit]")?.focus());
  };
  return (
    <section className="contact-who">
      <div className="contact-name">
        <VisitorFace id={visitor} known={contact?.name ?? ""} size="large" />
        <div>
          <h3>{name}</h3>
          {contact?.is_verified === true && (
            <Tooltip title={say("verifiedHint")}>
              <span className="verified">
                <Icon name="check" />
                {say("verified")}
              </span>
            </Tooltip>
          )}
          {contact?.is_blocked === true && <span className="blocked">{say("blocked")}</span>}
        </div>
      </div>
      {isEdited && contact !== null ? (
        <Suspense fallback={<Loading />}>
          <ContactForm contact={contact} visitor={visitor} onDone={done} />
        </Suspense>
      ) : (
        <>
          <ul className="contact-ways">
            <Way icon="mail" text={contact?.email ?? ""} label={say("email")} />
            <Way icon="phone" text={contact?.phone ?? ""} label={say("phone")} />
          </ul>
          {contact === null && <p className="none">{say("contactUnknown")}</p>}
          <div className="contact-buttons">
            {mayChange && (
              <Button size="small" data-testid="contact-edit" onClick={() => edit(true)}>
                {say("edit")}
              </Button>
            )}
            {contact !== null && (
              <BlockButton contact={contact} visitor={visitor} conversation={conversation} />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Way({ icon, text, label }: { icon: IconName; text: string; label: string }) {
  const say = useSay();
  const { message } = App.useApp();
  if (text === "") return null;
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => message.success(say("copied")));
  };
  return (
    <li>
      <Icon name={icon} label={label} />
      <button type="button" title={say("copy")} onClick={copy}>
        {text}
      </button>
    </li>
  );
}

function BlockButton({ contact, visitor, conversation }: WhoProps & { readonly contact: Contact }) {
  const say = useSay();
  const api = useApi();
  const desk = useDesk();
  const { language } = usePreferences();
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  const mayBlock = usePermission("conversations:write");
  const inbox = useDeskState(
    ({ conversations }) => conversations.rows.get(conversation)?.inbox ?? "",
  );
  if (!mayBlock || inbox === "") return null;
  const path = `/api/v1/visitors/${inbox}/${visitor}/block`;
  const change = async () => {
    try {
      await (contact.is_blocked ? api.delete(path) : api.post(path));
      desk.people.refresh(visitor);
      await queries.invalidateQueries({ queryKey: ["contact", visitor] });
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      message.error(explain(thrown, language));
    }
  };
  const ask = () => {
    modal.confirm({
      title: say("blockTitle"),
      content: say("blockHint"),
      okText: say("block"),
      cancelText: say("cancel"),
      okButtonProps: { danger: true },
      icon: null,
      onOk: change,
    });
  };
  return contact.is_blocked ? (
    <Button size="small" data-testid="unblock" onClick={() => void change()}>
      {say("unblock")}
    </Button>
  ) : (
    <Button size="small" type="text" danger data-testid="block" onClick={ask}>
      {say("block")}
    </Button>
  );
}

function Facts({ contact }: { contact: Contact }) {
  const say = useSay();
  const { language } = usePreferences();
  const { device } = contact;
  const facts: [string, ReactNode][] = [];
  if (contact.external_id !== "") facts.push([say("customerNumber"), contact.external_id]);
  for (const [name, value] of Object.entries(contact.attributes)) facts.push([name, String(value)]);
  if (device) {
    const kind = device.kind === "phone" || device.kind === "tablet" ? device.kind : "computer";
    const parts = [device.browser, device.system, say(`device-${kind}`)].filter(Boolean);
    facts.push([say("device"), parts.join(say("listSeparator"))]);
  }
  facts.push([say("firstSeen"), dayAndTime(contact.created_ms, language)]);
  facts.push([say("lastSeen"), ago(contact.last_seen_ms, Date.now(), language)]);
  return (
    <section>
      <h3>{say("details")}</h3>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt title={name}>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
