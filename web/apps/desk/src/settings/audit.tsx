/** The audit log. */

import { useState } from "preact/hooks";
import type { Page } from "@airdesk/staff";
import type { AuditRow, Inbox, Member } from "@airdesk/staff";
import { Button } from "../parts/controls.tsx";
import { useApi, usePreferences, useWords } from "../parts/page.tsx";
import { auditWords, changesOf, dayAndTime, isAuditSaying, subjectName } from "@airdesk/staff";
import { NotYet, useList, useLoaded, useSettingsWords } from "./context.tsx";
import { Section } from "./section.tsx";

const AUDIT_ROWS = 50;

/** Who changed what. */
export function AuditSection() {
  const api = useApi();
  const say = useSettingsWords();
  const [older, setOlder] = useState<readonly AuditRow[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const members = useList<Member>("/api/v1/members");
  const inboxes = useList<Inbox>("/api/v1/inboxes");
  const names = new Map([
    ...(members.value ?? []).map(({ user_id, name }) => [user_id, name] as const),
    ...(inboxes.value ?? []).map(({ inbox_id, name }) => [inbox_id, name] as const),
  ]);
  const newest = useLoaded(async () => {
    const page = await api.get<Page<AuditRow>>("/api/v1/audit", { limit: AUDIT_ROWS });
    setNext(page.next);
    return page.items;
  });
  const more = async () => {
    const query = { limit: AUDIT_ROWS, after: next };
    const page = await api.get<Page<AuditRow>>("/api/v1/audit", query);
    setOlder((known) => [...known, ...page.items]);
    setNext(page.next);
  };
  const rows = [...(newest.value ?? []), ...older];
  return (
    <Section title={say("audit")} intro={say("auditIntro")}>
      {newest.value === null && <NotYet loaded={newest} />}
      {newest.value?.length === 0 && <p class="none boxed">{say("auditNone")}</p>}
      <ol class="rows" data-testid="audit">
        {rows.map((row) => (
          <AuditView key={row.audit_id} row={row} names={names} />
        ))}
      </ol>
      {next !== null && (
        <div class="buttons">
          <Button onClick={() => void more().catch(() => newest.reload())}>{say("more")}</Button>
        </div>
      )}
    </Section>
  );
}

function AuditView({ row, names }: { row: AuditRow; names: ReadonlyMap<string, string> }) {
  const say = useSettingsWords();
  const sayAudit = useWords(auditWords);
  const { language } = usePreferences();
  const changes = changesOf(row);
  const subject = subjectName(row, names);
  const { action, actor } = row;
  return (
    <li class="row audit" data-action={action}>
      <div class="row-words">
        <b>
          {isAuditSaying(action) ? sayAudit(action) : action}
          {subject && <em>{subject}</em>}
        </b>
        <span>
          {actor.name || actor.kind} · {dayAndTime(row.at_ms, language)}
        </span>
        {changes.length > 0 && (
          <details>
            <summary>{sayAudit("details")}</summary>
            <table>
              <thead>
                <tr>
                  <th>{sayAudit("field")}</th>
                  <th>{say("before")}</th>
                  <th>{say("after")}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ field, before, after }) => (
                  <tr key={field}>
                    <th scope="row">{field}</th>
                    <td>{before || "–"}</td>
                    <td>{after || "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        )}
      </div>
    </li>
  );
}
