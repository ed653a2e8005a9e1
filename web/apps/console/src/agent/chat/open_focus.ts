import { useEffect, type RefObject } from "react";

/**
 * Put the focus on the first part of a dialog that asks for it. The dialog itself takes the focus
 * when it opens, and gives it to its close button; this comes after it.
 */
export function useOpenFocus(whole: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const later = setTimeout(() => {
      whole.current?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    });
    return () => clearTimeout(later);
  }, [whole]);
}
