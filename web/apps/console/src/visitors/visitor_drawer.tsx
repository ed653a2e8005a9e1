import { Button, Drawer, Tag } from "antd";
import { dayAndTime } from "@airdesk/staff";
import { useAct, useConfirm, useFocusBack, useReload } from "../forms/index.ts";
import { Face, useApi, usePermission, usePreferences, useWords } from "../shell/index.ts";
import { placeOf, visitorName } from "./names.ts";
import { VISITORS, deviceWords, type OnlineVisitor } from "./online.ts";
import { SpeakButton } from "./visitors_page.tsx";
import { visitorWords } from "./words.ts";

interface VisitorDrawerProps {
  readonly visitor: OnlineVisitor;
  readonly onInvite: () => void;
  readonly onClose: () => void;
}

/** What is known of a visitor, and his way through the site. */
export function VisitorDrawer({ visitor, onInvite, onClose }: VisitorDrawerProps) {
  const say = useWords(visitorWords);
  useFocusBack();
  const { language } = usePreferences();
  const { visitor_id, contact } = visitor;
  const name = visitorName(contact?.name ?? "", visitor_id, language);
  return (
    <Drawer
      open
      size={400}
      title={say("details", name)}
      onClose={onClose}
      closable={{ "aria-label": say("close") }}
      footer={
        <div className="between">
          <BlockButton visitor={visitor} name={name} />
          <SpeakButton visitor={visitor} onInvite={onInvite} />
        </div>
      }
    >
      <div className="stack visitor">
        <header className="who">
          <Face id={visitor_id} name={contact?.name ?? ""} size="large" />
          <span className="two-lines">
            <span>
              {name}
              {contact?.is_blocked === true && <Tag color="error">{say("blocked")}</Tag>}
            </span>
            {contact?.is_verified === true && <small>{say("verified")}</small>}
          </span>
        </header>
        <Facts visitor={visitor} />
        <section className="stack">
          <h2>{say("trail")}</h2>
          {visitor.pages.length === 0 && <p className="muted">{say("noPages")}</p>}
          <ol className="trail">
            {visitor.pages.map(({ url, title, at_ms }, place) => (
              <li key={`${at_ms}${place}`} className="two-lines">
                <span>{title || placeOf(url)}</span>
                <small>
                  {dayAndTime(at_ms, language)} · {placeOf(url)}
                </small>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </Drawer>
  );
}

function Facts({ visitor }: { visitor: OnlineVisitor }) {
  const say = useWords(visitorWords);
  const { language } = usePreferences();
  const { contact, device } = visitor;
  const facts = [
    [say("email"), contact?.email],
    [say("phone"), contact?.phone],
    [say("device"), device === null ? "" : deviceWords(device)],
    [say("firstSeen"), contact ? dayAndTime(contact.created_ms, language) : ""],
    ...Object.entries(contact?.attributes ?? {}).map(
      ([name, value]) => [name, String(value)] as const,
    ),
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));
  return (
    <section className="stack">
      <h2>{say("facts")}</h2>
      {facts.length === 0 ? (
        <p className="muted">{say("nothingKnown")}</p>
      ) : (
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function BlockButton({ visitor, name }: { visitor: OnlineVisitor; name: string }) {
  const api = useApi();
  const say = useWords(visitorWords);
  const act = useAct();
  const confirm = useConfirm();
  const reload = useReload();
  const mayWrite = usePermission("conversations:write");
  if (!mayWrite) return <span />;
  const path = `${VISITORS}/${visitor.inbox_id}/${visitor.visitor_id}/block`;
  if (visitor.contact?.is_blocked === true) {
    const unblock = () => act(() => api.delete(path).then(() => reload(VISITORS)));
    return (
      <Button data-testid="unblock" onClick={() => void unblock()}>
        {say("unblock")}
      </Button>
    );
  }
  const block = () =>
    confirm({
      title: say("blockAsk", name),
      hint: say("blockHint"),
      action: say("block"),
      act: () => api.post(path).then(() => reload(VISITORS)),
    });
  return (
    <Button type="text" danger onClick={block} data-testid="block">
      {say("block")}
    </Button>
  );
}
