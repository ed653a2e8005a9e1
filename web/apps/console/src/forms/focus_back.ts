import { useEffect, useState } from "react";

/** Give the focus back, when a window is closed, to what had it before the window opened. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // The window is still there now, and holds the focus.
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}
