import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useMemo, useState } from "react";
import type { AuditRow, Inbox, Member, Page, Team } from "@airdesk/staff";
import { Field, SelectField, useList, useOne } from "../../forms/index.ts";
import { Failed, Nothing, useApi, useWords } from "../../shell/index.ts";
import { Loading } from "../../shell/states.tsx";
import { SettingsFrame } from "../settings_frame.tsx";
import { accountWords } from "../words/account.ts";
import { KINDS, kindWords } from "../words/scopes.ts";
import {
  EVERYTHING,
  PERIOD,
  actorsOf,
  queryOf,
  type Actor,
  type AuditFilter,
} from "./audit_filter.ts";
import { AuditEntry, NAMELESS } from "./audit_entry.tsx";

const AUDIT = "/api/v1/audit";
const ROWS = 100;

/** Who changed what. */
export default function AuditSection() {
  const api = useApi();
  const say = useWords(accountWords);
  const [filter, setFilter] = useState<AuditFilter>(EVERYTHING);
  const log = useInfiniteQuery({
    queryKey: [AUDIT, filter],
    queryFn: ({ pageParam }) =>
      api.get<Page<AuditRow>>(AUDIT, {
        ...queryOf(filter, Date.now()),
        limit: ROWS,
        after: pageParam,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const rows = useMemo(() => log.data?.pages.flatMap(({ items }) => items) ?? [], [log.data]);
  const { hasNextPage, isFetching, fetchNextPage } = log;
  const names = useNames();
  return (
    <SettingsFrame title={say("audit")} hint={say("auditHint")}>
      <Filters filter={filter} onChange={setFilter} />
      {log.data === undefined && log.error !== null && (
        <Failed problem={log.error} onAgain={() => void log.refetch()} />
      )}
      {log.isPending && log.error === null && <Loading />}
      {log.data !== undefined && rows.length === 0 && !isFetching && (
        <div className="empty">
          {filter === EVERYTHING ? (
            <Nothing icon="list" title={say("auditNone")} />
          ) : (
            <Nothing icon="search" title={say("auditNoMatch")}>
              {say("auditNoMatchHint")}
            </Nothing>
          )}
        </div>
      )}
      <ol className="rows audit" data-testid="audit">
        {rows.map((row) => (
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
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}) {
  const { filter, onChange } = props;
  const say = useWords(accountWords);
  const sayKind = useWords(kindWords);
  const members = useList<Member>("/api/v1/members").data ?? [];
  const known = useOne<Page<Actor>>(`${AUDIT}/actors`).data?.items ?? [];
  const actors = actorsOf(known, members);
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
              [id, name || say(NAMELESS[kind as keyof typeof NAMELESS] ?? "somebody")] as const,
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
          [PERIOD, say("period")],
        ]}
        onChange={(days) => onChange({ ...filter, days })}
      />
      {filter.days === PERIOD && <Period filter={filter} onChange={onChange} />}
    </div>
  );
}

/** The first and the last day of a period. */
function Period(props: {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}) {
  const { filter, onChange } = props;
  const say = useWords(accountWords);
  const day = (which: "from" | "to") => (
    <Field label={say(which === "from" ? "firstDay" : "lastDay")} error={undefined}>
      {(tie) => (
        <Input
          {...tie}
          type="date"
          // Without a bound the browser lets a year have six digits.
          max="2999-12-31"
          value={filter[which]}
          onChange={({ target }) => onChange({ ...filter, [which]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <>
      {day("from")}
      {day("to")}
    </>
  );
}
