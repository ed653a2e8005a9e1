import { useQuery } from "@tanstack/react-query";
import { Button, Tooltip } from "antd";
import type { Id } from "@airdesk/protocol";
import type { Inbox, Member, Page } from "@airdesk/staff";
import { Panel, Read, useAct, useConfirm, useList } from "../forms/index.ts";
import {
  Face,
  Nothing,
  go,
  useApi,
  useDesk,
  usePreferences,
  useSession,
  useWords,
} from "../shell/index.ts";
import { visitorName } from "../visitors/names.ts";
import { useBeThere } from "./be_there.ts";
import { clock } from "./board.ts";
import { useNow } from "../agent/now.ts";
import { boardWords } from "./words.ts";

const CONVERSATIONS = "/api/v1/conversations";
const LIST_MS = 3_000;
const ROWS = 20;

/** A conversation as the board needs it. */
interface BoardConversation {
  readonly conversation_id: Id;
  readonly inbox_id: Id;
  readonly visitor_id: Id;
  readonly status: string;
  readonly waiting_since_ms: number;
  readonly opened_ms: number;
  readonly last_text: string;
  readonly contact: { readonly name: string } | null;
}

function useConversations(query: Readonly<Record<string, string>>) {
  const api = useApi();
  return useQuery({
    queryKey: [CONVERSATIONS, query],
    queryFn: () => api.get<Page<BoardConversation>>(CONVERSATIONS, { ...query, limit: ROWS }),
    refetchInterval: LIST_MS,
    staleTime: 0,
  });
}

/** Who waits for a person, the longest first. */
export function Queue(props: { readonly waiting: number; readonly members: readonly Member[] }) {
  const { waiting } = props;
  const say = useWords(boardWords);
  const queue = useConversations({ list: "queue" });
  const now = useNow(1_000);
  return (
    <Panel title={say("queue")}>
      <Read of={queue}>
        {({ items }) => {
          const rows = [...items].sort((a, b) => since(a) - since(b));
          return rows.length === 0 ? (
            <Nothing icon="check" title={say("queueNone")}>
              {say("queueNoneHint")}
            </Nothing>
          ) : (
            <>
              <ul className="rows" data-testid="board-queue">
                {rows.map((one) => (
                  <ConversationRow
                    key={one.conversation_id}
                    conversation={one}
                    detail={say("waitsFor", clock(now - since(one)))}
                    holder={null}
                  />
                ))}
              </ul>
              {waiting > rows.length && (
                <p className="muted">{say("queueMore", waiting - rows.length)}</p>
              )}
            </>
          );
        }}
      </Read>
    </Panel>
  );
}

function since({ waiting_since_ms, opened_ms }: BoardConversation): number {
  return waiting_since_ms || opened_ms;
}

/** What an agent is doing. */
export function AgentConversations({ agent }: { agent: Member }) {
  const say = useWords(boardWords);
  const held = useConversations({ list: "all", status: "assigned", agent_id: agent.user_id });
  return (
    <Panel title={say("conversationsOf", agent.name)}>
      <Read of={held}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{say("conversationsNone", agent.name)}</p>
          ) : (
            <ul className="rows" data-testid="board-conversations">
              {items.map((one) => (
                <ConversationRow
                  key={one.conversation_id}
                  conversation={one}
                  detail=""
                  holder={agent}
                />
              ))}
            </ul>
          )
        }
      </Read>
    </Panel>
  );
}

function ConversationRow(props: {
  readonly conversation: BoardConversation;
  readonly detail: string;
  readonly holder: Member | null;
}) {
  const { conversation, detail, holder } = props;
  const say = useWords(boardWords);
  const { language } = usePreferences();
  const inboxes = useList<Inbox>("/api/v1/inboxes").data ?? [];
  const { visitor_id, inbox_id, last_text, contact } = conversation;
  const name = visitorName(contact?.name ?? "", visitor_id, language);
  const inbox = inboxes.find((one) => one.inbox_id === inbox_id)?.name;
  return (
    <li className="row board-row">
      <Face id={visitor_id} name={contact?.name ?? ""} size="small" />
      <span className="row-words two-lines">
        <span>
          {name}
          {detail !== "" && <em className="numeric">{detail}</em>}
        </span>
        <small className="clamped">
          {inbox !== undefined && `${inbox} · `}
          {last_text || say("noWords")}
        </small>
      </span>
      <Buttons conversation={conversation} holder={holder} />
    </li>
  );
}

function Buttons(props: {
  readonly conversation: BoardConversation;
  readonly holder: Member | null;
}) {
  const { conversation, holder } = props;
  const api = useApi();
  const say = useWords(boardWords);
  const act = useAct();
  const confirm = useConfirm();
  const { user } = useSession();
  const id = conversation.conversation_id;
  const place = `/c/${holder === null ? "queue" : "all"}/${id}`;
  const desk = useDesk();
  const beThere = useBeThere();
  const assign = async () => {
    await beThere();
    await api.post(`${CONVERSATIONS}/${id}/assign`, { agent_id: user.user_id });
  };
  const take = async () => {
    if (await act(assign)) go(`/c/mine/${id}`);
  };
  const takeOver = () =>
    confirm({
      title: say("takeOverAsk", holder?.name ?? ""),
      hint: say("takeOverHint", holder?.name ?? ""),
      action: say("takeOver"),
      isCalm: true,
      act: assign,
      then: () => go(`/c/mine/${id}`),
    });
  const whisper = () => {
    desk.choose(id);
    desk.writeNote(true);
    go(place);
  };
  const isOwn = holder?.user_id === user.user_id;
  return (
    <span className="row-buttons">
      <Tooltip title={say("openHint")}>
        <Button size="small" onClick={() => go(place)} data-testid="watch">
          {say("open")}
        </Button>
      </Tooltip>
      {holder === null && (
        <Button size="small" type="primary" onClick={() => void take()} data-testid="take">
          {say("take")}
        </Button>
      )}
      {holder !== null && !isOwn && (
        <>
          <Tooltip title={say("whisperHint")}>
            <Button size="small" onClick={whisper} data-testid="whisper">
              {say("whisper")}
            </Button>
          </Tooltip>
          <Button size="small" onClick={takeOver} data-testid="take-over">
            {say("takeOver")}
          </Button>
        </>
      )}
    </span>
  );
}
