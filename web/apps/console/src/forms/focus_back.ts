import { useEffect, useState } from "react";

const WINDOWS = ".ant-modal-root, .ant-drawer";

/**
 * Give the focus back, when a window is closed, to what had it before the window opened; unless
 * what was done in it has put the focus somewhere else.
 */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // The window is still there now, and holds the focus.
      setTimeout(() => {
        const here = document.activeElement;
        const isFree = here === null || here === document.body || here.closest(WINDOWS) !== null;
        if (isFree && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}
