import { useSyncExternalStore } from "react";

/** The time, drawn again each `stepMs`; it stands still in between. */
export function useNow(stepMs: number): number {
  return useSyncExternalStore(
    (listener) => {
      const timer = setInterval(listener, stepMs);
      return () => clearInterval(timer);
    },
    () => Math.floor(Date.now() / stepMs) * stepMs,
  );
}
