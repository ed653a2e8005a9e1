import { useEffect, useMemo } from "react";
import type { Id } from "@airdesk/protocol";
import { useDesk } from "../../shell/desk.tsx";

/** The signal "still typing" is sent this often. */
const TYPING_MS = 3_000;

/** Tells the other side that the person types, not with every letter. */
export function useTypingSignal(conversation: Id) {
  const desk = useDesk();
  const signal = useMemo(() => {
    let toldMs = 0;
    const ended = () => {
      if (toldMs !== 0) desk.typing(false);
      toldMs = 0;
    };
    const typed = (text: string) => {
      if (text === "" || text.startsWith("/")) return ended();
      const nowMs = Date.now();
      if (nowMs - toldMs < TYPING_MS) return;
      toldMs = nowMs;
      desk.typing(true);
    };
    return { typed, ended, conversation };
  }, [desk, conversation]);
  useEffect(() => signal.ended, [signal]);
  return signal;
}
