import type { Id } from "@airdesk/protocol";
import type { Member } from "@airdesk/staff";
import { Panel } from "../forms/index.ts";
import { Face, Icon, useWords } from "../shell/index.ts";
import { agentLines, fullness, type AgentLine, type Board } from "./board.ts";
import { boardWords } from "./words.ts";

interface AgentTableProps {
  readonly board: Board;
  readonly members: readonly Member[];
  readonly chosen: Id | null;
  readonly onChoose: (agent: Id | null) => void;
}

/** Everybody with a seat: whether he is there, and how full his desk is. */
export function AgentTable({ board, members, chosen, onChoose }: AgentTableProps) {
  const say = useWords(boardWords);
  return (
    <Panel title={say("agents")} hint={say("choose")}>
      <table className="table plain" data-testid="board-agents">
        <thead>
          <tr>
            <th>{say("agent")}</th>
            <th>{say("status")}</th>
            <th>{say("load")}</th>
            <th>
              <span className="visually-hidden">{say("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {agentLines(board, members).map((line) => (
            <AgentRow
              key={line.id}
              line={line}
              isChosen={line.id === chosen}
              onChoose={() => onChoose(line.id === chosen ? null : line.id)}
            />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function AgentRow(props: {
  readonly line: AgentLine;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { line, isChosen, onChoose } = props;
  const { id, name, presence, load, capacity } = line;
  const say = useWords(boardWords);
  const words = say("loadOf", load, capacity);
  return (
    <tr data-presence={presence} data-testid="board-agent">
      <th scope="row">
        <span className="who">
          <Face
            id={id}
            name={name}
            size="small"
            presence={presence === "away" ? "offline" : presence}
          />
          <span>{name}</span>
        </span>
      </th>
      <td data-label={say("status")}>
        <span className="status-words" data-presence={presence}>
          {say(presence)}
        </span>
      </td>
      <td data-label={say("load")}>
        <span className="load">
          <meter
            min={0}
            max={1}
            high={0.99}
            optimum={0}
            value={fullness(line)}
            aria-label={words}
          />
          <span className="numeric">
            {capacity === 0 && load === 0 ? say("noCapacity") : words}
          </span>
        </span>
      </td>
      <td className="row-actions">
        <button
          type="button"
          className="quiet-button"
          aria-expanded={isChosen}
          aria-label={say("showConversations", name)}
          data-testid="board-open-agent"
          onClick={onChoose}
        >
          <Icon name={isChosen ? "down" : "forward"} />
        </button>
      </td>
    </tr>
  );
}
