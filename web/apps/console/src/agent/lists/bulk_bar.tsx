import { Button } from "antd";
import { Icon } from "../../shell/icons.tsx";
import { useArrangement } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import { actions, useActionContext } from "../keys/actions.ts";

/** What is done to all marked conversations at once. */
export function BulkBar() {
  const say = useSay();
  const context = useActionContext();
  const count = useArrangement(({ selected }) => selected.length);
  if (count === 0) return null;
  return (
    <div className="bulk" role="toolbar" aria-label={say("selected", count)} data-testid="bulk">
      <b>{say("selected", count)}</b>
      {(["resolve", "take", "transfer", "labels"] as const).map((name) => (
        <Button
          key={name}
          size="small"
          data-testid={`bulk-${name}`}
          onClick={() => actions[name].run(context)}
        >
          {say(actions[name].saying)}
        </Button>
      ))}
      <Button
        size="small"
        type="text"
        aria-label={say("actionSelectNone")}
        data-testid="bulk-none"
        icon={<Icon name="close" />}
        onClick={() => actions.selectNone.run(context)}
      />
    </div>
  );
}
