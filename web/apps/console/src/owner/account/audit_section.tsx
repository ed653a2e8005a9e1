import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useMemo, useState } from "react";
import type { AuditRow, Inbox, Member, Page, Team } from "@airdesk/staff";
import { SelectField, useList } from "../../forms/index.ts";
import { Failed, Nothing, useApi, useWords } from "../../shell/index.ts";
import { Loading } from "../../shell/states.tsx";
import { SettingsFrame } from "../settings_frame.tsx";
import { accountWords } from "../words/account.ts";
import { KINDS, kindWords } from "../words/scopes.ts";
import { EVERYTHING, actorsOf, matching, type AuditFilter } from "./audit_filter.ts";
import { AuditEntry } from "./audit_entry.tsx";

const AUDIT = "/api/v1/audit";
const ROWS = 100;
/** So many matches are looked for by themselves, in so many pages at the most. */
const MATCHES_MIN = 30;
const PAGES_MAX = 30;

/** Who changed what. */
export default function AuditSection() {
  const api = useApi();
  const say = useWords(accountWords);
  const [filter, setFilter] = useState<AuditFilter>(EVERYTHING);
  const log = useInfiniteQuery({
    queryKey: [AUDIT],
    queryFn: ({ pageParam }) => api.get<Page<AuditRow>>(AUDIT, { limit: ROWS, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const rows = useMemo(() => log.data?.pages.flatMap(({ items }) => items) ?? [], [log.data]);
  const shown = useMemo(() => matching(rows, filter, Date.now()), [rows, filter]);
  const { hasNextPage, isFetching, fetchNextPage } = log;
  const pages = log.data?.pages.length ?? 0;
  useEffect(() => {
    const isEnough = shown.length >= MATCHES_MIN || pages >= PAGES_MAX;
    if (filter !== EVERYTHING && hasNextPage && !isFetching && !isEnough) void fetchNextPage();
  }, [filter, shown.length, pages, hasNextPage, isFetching, fetchNextPage]);
  const names = useNames();
  return (
    <SettingsFrame title={say("audit")} hint={say("auditHint")}>
      <Filters rows={rows} filter={filter} onChange={setFilter} />
      {log.data === undefined && log.error !== null && (
        <Failed problem={log.error} onAgain={() => void log.refetch()} />
      )}
      {log.isPending && log.error === null && <Loading />}
      {log.data !== undefined && shown.length === 0 && !isFetching && (
        <div className="empty">
          {rows.length === 0 ? (
            <Nothing icon="list" title={say("auditNone")} />
          ) : (
            <Nothing icon="search" title={say("auditNoMatch")}>
              {say("auditNoMatchHint")}
            </Nothing>
          )}
        </div>
      )}
      <ol className="rows audit" data-testid="audit">
        {shown.map((row) => (
          <AuditEntry key={row.audit_id} row={row} names={names} />
        ))}
      </ol>
      {hasNextPage && (
        <div className="center">
          <Button loading={isFetching} onClick={() => void fetchNextPage()}>
            {say("more")}
          </Button>
        </div>
      )}
    </SettingsFrame>
  );
}

/** Names of what rows name by ids alone. */
function useNames(): ReadonlyMap<string, string> {
  const members = useList<Member>("/api/v1/members").data;
  const inboxes = useList<Inbox>("/api/v1/inboxes").data;
  const teams = useList<Team>("/api/v1/teams").data;
  return useMemo(
    () =>
      new Map([
        ...(members ?? []).map(({ user_id, name }) => [user_id, name] as const),
        ...(inboxes ?? []).map(({ inbox_id, name }) => [inbox_id, name] as const),
        ...(teams ?? []).map(({ team_id, name }) => [team_id, name] as const),
      ]),
    [members, inboxes, teams],
  );
}

function Filters(props: {
  readonly rows: readonly AuditRow[];
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}) {
  const { rows, filter, onChange } = props;
  const say = useWords(accountWords);
  const sayKind = useWords(kindWords);
  const members = useList<Member>("/api/v1/members").data ?? [];
  const actors = actorsOf(rows, members);
  return (
    <div className="filters">
      <SelectField
        name="actor"
        label={say("who")}
        value={filter.actor}
        error={undefined}
        isSearched
        options={[
          ["", say("anybody")],
          ...actors.map(
            ({ id, name, kind }) =>
              [id, name || say(kind === "command_line" ? "commandLine" : "system")] as const,
          ),
        ]}
        onChange={(actor) => onChange({ ...filter, actor })}
      />
      <SelectField
        name="kind"
        label={say("what")}
        value={filter.kind}
        error={undefined}
        options={[["", say("anything")], ...KINDS.map((kind) => [kind, sayKind(kind)] as const)]}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <SelectField
        name="days"
        label={say("when")}
        value={filter.days}
        error={undefined}
        options={[
          ["", say("anytime")],
          ["1", say("today")],
          ["7", say("week")],
          ["30", say("month")],
        ]}
        onChange={(days) => onChange({ ...filter, days })}
      />
    </div>
  );
}
