import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Id } from "@airdesk/protocol";
import type { Inbox, Member } from "@airdesk/staff";
import { Panel, Read, useList } from "../forms/index.ts";
import { PageFrame, useApi, useWords } from "../shell/index.ts";
import { AgentTable } from "./agent_table.tsx";
import { clock, type Board } from "./board.ts";
import { AgentConversations, Queue } from "./conversations.tsx";
import { useNow } from "../agent/now.ts";
import { boardWords } from "./words.ts";
import "./board.css";

/** The board is asked so often while somebody looks at it. */
export const BOARD_MS = 2_000;

/** How the account stands at this moment, and a way into every conversation. */
export default function BoardPage() {
  const api = useApi();
  const say = useWords(boardWords);
  const board = useQuery({
    queryKey: ["/api/v1/board"],
    queryFn: () => api.get<Board>("/api/v1/board"),
    refetchInterval: BOARD_MS,
    staleTime: 0,
  });
  const isStale = board.error !== null && board.data !== undefined;
  return (
    <PageFrame title={say("board")} hint={say("boardHint")} isWide>
      {isStale && (
        <p className="notice warn" role="alert">
          {say("stale")}
        </p>
      )}
      <Read of={board}>
        {(now) => <Shown board={now} readMs={board.dataUpdatedAt} isStale={isStale} />}
      </Read>
    </PageFrame>
  );
}

function Shown(props: {
  readonly board: Board;
  readonly readMs: number;
  readonly isStale: boolean;
}) {
  const { board, readMs, isStale } = props;
  const members = useList<Member>("/api/v1/members").data ?? [];
  const [chosen, choose] = useState<Id | null>(null);
  const agent = members.find(({ user_id }) => user_id === chosen);
  return (
    <div className="board" data-stale={isStale}>
      <Tiles board={board} readMs={readMs} />
      <div className="board-columns">
        <div className="stack">
          <AgentTable board={board} members={members} chosen={chosen} onChoose={choose} />
          {agent !== undefined && <AgentConversations key={agent.user_id} agent={agent} />}
          <InboxTable board={board} readMs={readMs} />
        </div>
        <Queue waiting={board.waiting} members={members} />
      </div>
    </div>
  );
}

function Tiles({ board, readMs }: { board: Board; readMs: number }) {
  const say = useWords(boardWords);
  const now = useNow(1_000);
  const online = board.agents.filter(({ availability }) => availability === "online").length;
  const longest =
    board.waiting === 0 ? "–" : clock(board.longest_wait_ms + Math.max(0, now - readMs));
  const tiles = [
    ["waiting", say("waiting"), board.waiting, board.waiting === 0 ? say("nobodyWaits") : ""],
    ["longest", say("longest"), longest, ""],
    ["active", say("active"), board.assigned, ""],
    ["bot", say("withBot"), board.with_bot, ""],
    ["snoozed", say("snoozed"), board.snoozed, ""],
    ["agents", say("agentsOnline"), online, say("ofAll", board.agents.length)],
  ] as const;
  return (
    <dl className="tiles" data-testid="tiles">
      {tiles.map(([name, label, value, more]) => (
        <div key={name} className="tile" data-urgent={name === "waiting" && board.waiting > 0}>
          <dt>{label}</dt>
          <dd className="numeric" data-testid={`tile-${name}`}>
            {value}
            {more !== "" && <small>{more}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function InboxTable({ board, readMs }: { board: Board; readMs: number }) {
  const say = useWords(boardWords);
  const now = useNow(1_000);
  const inboxes = useList<Inbox>("/api/v1/inboxes").data ?? [];
  const states = new Map(board.inboxes.map((one) => [one.inbox_id, one]));
  return (
    <Panel title={say("inboxes")}>
      <table className="table plain" data-testid="board-inboxes">
        <thead>
          <tr>
            <th>{say("inbox")}</th>
            <th className="numeric">{say("waiting")}</th>
            <th className="numeric">{say("longest")}</th>
            <th className="numeric">{say("agentsThere")}</th>
          </tr>
        </thead>
        <tbody>
          {inboxes.map(({ inbox_id, name }) => {
            const state = states.get(inbox_id);
            const waiting = state?.waiting ?? 0;
            const longest = (state?.longest_wait_ms ?? 0) + Math.max(0, now - readMs);
            const online = state?.online ?? 0;
            return (
              <tr key={inbox_id}>
                <th scope="row">{name}</th>
                <td className="numeric" data-label={say("waiting")}>
                  {waiting}
                </td>
                <td className="numeric" data-label={say("longest")}>
                  {waiting === 0 ? "–" : clock(longest)}
                </td>
                <td className="numeric" data-label={say("agentsThere")}>
                  {online === 0 ? <span className="warn-words">{say("nobodyThere")}</span> : online}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
