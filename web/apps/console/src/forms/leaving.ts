/** Nothing that was typed is lost by going elsewhere. */

import { App } from "antd";
import { useEffect } from "react";
import { keepHere } from "../shell/router.ts";
import { useWords } from "../shell/index.ts";
import { formWords } from "./words.ts";

/** Ask "leave without saving?"; `leave` is called when the person wants to. */
export function useAskToLeave(): (leave: () => void) => void {
  const { modal } = App.useApp();
  const say = useWords(formWords);
  return (leave) => {
    void modal.confirm({
      title: say("leaveAsk"),
      content: say("leaveHint"),
      okText: say("leave"),
      okButtonProps: { danger: true },
      cancelText: say("stay"),
      autoFocusButton: "cancel",
      onOk: leave,
    });
  };
}

/**
 * Ask before the page is left while something is not saved.
 *
 * @param within - places that begin so belong to the same form.
 */
export function useLeaveGuard(isDirty: boolean, within = ""): void {
  const ask = useAskToLeave();
  useEffect(() => {
    if (!isDirty) return undefined;
    const keep = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", keep);
    const end = keepHere((path, move) => {
      if (within !== "" && path.startsWith(within)) move();
      else ask(move);
    });
    return () => {
      removeEventListener("beforeunload", keep);
      end();
    };
  }, [isDirty, within]);
}
