import { useQuery } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { useState } from "react";
import type { Id } from "@airdesk/protocol";
import { ago, type Inbox } from "@airdesk/staff";
import { Read, SelectField, useList } from "../forms/index.ts";
import {
  Face,
  Nothing,
  PageFrame,
  go,
  useApi,
  usePermission,
  usePreferences,
  useWords,
} from "../shell/index.ts";
import { clock } from "../supervisor/board.ts";
import { useNow } from "../agent/now.ts";
import { InviteWindow } from "./invite_window.tsx";
import { placeOf, visitorName } from "./names.ts";
import { VISITORS, deviceWords, kindOf, type OnlineVisitor } from "./online.ts";
import { VisitorDrawer } from "./visitor_drawer.tsx";
import { visitorWords } from "./words.ts";
import "./visitors.css";

/** The list is asked so often while somebody looks at it. */
const LIST_MS = 4_000;
const SHOWN_MAX = 500;

/** Who is on the customer's site now, where, and a way to speak first. */
export default function VisitorsPage() {
  const api = useApi();
  const say = useWords(visitorWords);
  const [inbox, setInbox] = useState("");
  const [invited, invite] = useState<OnlineVisitor | null>(null);
  const [looked, look] = useState<Id | null>(null);
  const online = useQuery({
    queryKey: [VISITORS],
    queryFn: () => api.get<{ readonly items: readonly OnlineVisitor[] }>(VISITORS),
    refetchInterval: LIST_MS,
    staleTime: 0,
  });
  const inboxes = useList<Inbox>("/api/v1/inboxes").data ?? [];
  const shown = online.data?.items.filter((one) => inbox === "" || one.inbox_id === inbox) ?? [];
  const opened = online.data?.items.find(({ visitor_id }) => visitor_id === looked);
  return (
    <PageFrame
      title={say("visitors")}
      hint={say("visitorsHint")}
      isWide
      actions={
        inboxes.length > 1 && (
          <div className="visitors-filter">
            <SelectField
              label={say("inbox")}
              name="inbox"
              value={inbox}
              error={undefined}
              onChange={setInbox}
              options={[
                ["", say("allInboxes")],
                ...inboxes.map(({ inbox_id, name }) => [inbox_id, name] as const),
              ]}
            />
          </div>
        )
      }
    >
      <Read of={online}>
        {({ items }) =>
          shown.length === 0 ? (
            <div className="empty">
              <Nothing icon="globe" title={say(items.length === 0 ? "none" : "noMatch")}>
                {say("noneHint")}
              </Nothing>
            </div>
          ) : (
            <>
              <p className="muted" data-testid="visitors-count">
                {say("count", shown.length)}
                {items.length >= SHOWN_MAX && ` · ${say("cut")}`}
              </p>
              <VisitorTable visitors={shown} inboxes={inboxes} onInvite={invite} onLook={look} />
            </>
          )
        }
      </Read>
      {invited !== null && <InviteWindow visitor={invited} onClose={() => invite(null)} />}
      {opened !== undefined && (
        <VisitorDrawer
          visitor={opened}
          onInvite={() => invite(opened)}
          onClose={() => look(null)}
        />
      )}
    </PageFrame>
  );
}

function VisitorTable(props: {
  readonly visitors: readonly OnlineVisitor[];
  readonly inboxes: readonly Inbox[];
  readonly onInvite: (visitor: OnlineVisitor) => void;
  readonly onLook: (visitor: Id) => void;
}) {
  const { visitors, inboxes, onInvite, onLook } = props;
  const say = useWords(visitorWords);
  return (
    <div className="table-box">
      <table className="table" data-testid="visitors">
        <thead>
          <tr>
            <th>{say("who")}</th>
            <th>{say("page")}</th>
            <th>{say("since")}</th>
            <th>{say("device")}</th>
            {inboxes.length > 1 && <th>{say("inbox")}</th>}
            <th>
              <span className="visually-hidden">{say("invite")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {visitors.map((one) => (
            <VisitorRow
              key={`${one.inbox_id}${one.visitor_id}`}
              visitor={one}
              inbox={
                inboxes.length > 1
                  ? (inboxes.find(({ inbox_id }) => inbox_id === one.inbox_id)?.name ?? "")
                  : null
              }
              onInvite={() => onInvite(one)}
              onLook={() => onLook(one.visitor_id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VisitorRow(props: {
  readonly visitor: OnlineVisitor;
  readonly inbox: string | null;
  readonly onInvite: () => void;
  readonly onLook: () => void;
}) {
  const { visitor, inbox, onInvite, onLook } = props;
  const { visitor_id, contact, pages, since_ms, device } = visitor;
  const say = useWords(visitorWords);
  const { language } = usePreferences();
  const now = useNow(1_000);
  const name = visitorName(contact?.name ?? "", visitor_id, language);
  const [page] = pages;
  return (
    <tr data-testid="visitor">
      <th scope="row">
        <button type="button" className="who who-button" onClick={onLook}>
          <Face id={visitor_id} name={contact?.name ?? ""} />
          <span className="two-lines">
            <span>
              {name}
              {contact?.is_blocked === true && <Tag color="error">{say("blocked")}</Tag>}
            </span>
            {contact?.email && <small>{contact.email}</small>}
          </span>
          <span className="visually-hidden">{say("details", name)}</span>
        </button>
      </th>
      <td data-label={say("page")}>
        {page === undefined ? (
          <span className="faint">{say("noPages")}</span>
        ) : (
          <span className="two-lines page-words" title={page.url}>
            <span>{page.title || placeOf(page.url)}</span>
            <small>
              {placeOf(page.url)} · {ago(page.at_ms, now, language)}
            </small>
          </span>
        )}
      </td>
      <td className="nowrap" data-label={say("since")}>
        <span className="numeric">{clock(now - since_ms)}</span>
      </td>
      <td data-label={say("device")}>
        {device === null ? (
          <span className="faint">{say("unknownDevice")}</span>
        ) : (
          <span className="two-lines">
            <span>{say(`kind_${kindOf(device)}`)}</span>
            <small>{deviceWords(device)}</small>
          </span>
        )}
      </td>
      {inbox !== null && <td data-label={say("inbox")}>{inbox}</td>}
      <td className="row-actions">
        <SpeakButton visitor={visitor} onInvite={onInvite} />
      </td>
    </tr>
  );
}

/** The way into the open conversation, or into a new one. */
export function SpeakButton(props: {
  readonly visitor: OnlineVisitor;
  readonly onInvite: () => void;
}) {
  const { visitor, onInvite } = props;
  const say = useWords(visitorWords);
  const mayWrite = usePermission("conversations:write");
  const { conversation_id, contact } = visitor;
  if (conversation_id !== null) {
    return (
      <Button size="small" onClick={() => go(`/c/all/${conversation_id}`)}>
        {say("open")}
      </Button>
    );
  }
  if (!mayWrite || contact?.is_blocked === true) return null;
  return (
    <Button size="small" type="primary" onClick={onInvite} data-testid="invite-visitor">
      {say("invite")}
    </Button>
  );
}
