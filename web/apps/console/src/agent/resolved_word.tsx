import { App, Button } from "antd";
import { useEffect } from "react";
import { useArrangement, useParts } from "../shell/parts.tsx";
import { useSay } from "../shell/words.tsx";
import { actions, useActionContext } from "./keys/actions.ts";
import { keysInWords } from "./keys/keys.ts";

const KEY = "resolved";
const SHOWN_S = 8;

/** What was resolved and left is said for a while, with the way back. */
export function useResolvedWord(): void {
  const say = useSay();
  const { workplace } = useParts();
  const context = useActionContext();
  const { message } = App.useApp();
  const resolved = useArrangement((now) => now.resolved);
  useEffect(() => {
    if (resolved.length === 0) return message.destroy(KEY);
    void message.success({
      key: KEY,
      duration: SHOWN_S,
      content: (
        <span className="undo" data-testid="resolved-word">
          {say("resolvedCount", resolved.length)}
          <Button size="small" data-testid="undo" onClick={() => actions.undo.run(context)}>
            {say("actionUndo")} <kbd>{keysInWords(actions.undo.keys[0] ?? "")}</kbd>
          </Button>
        </span>
      ),
      onClose: () => workplace.set({ resolved: [] }),
    });
  }, [resolved, say, workplace, context, message]);
}
