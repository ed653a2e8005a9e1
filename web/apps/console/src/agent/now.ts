import { useCallback, useSyncExternalStore } from "react";

/** The time, drawn again each `stepMs`; it stands still in between. */
export function useNow(stepMs: number): number {
  const watch = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, stepMs);
      return () => clearInterval(timer);
    },
    [stepMs],
  );
  return useSyncExternalStore(watch, () => Math.floor(Date.now() / stepMs) * stepMs);
}
