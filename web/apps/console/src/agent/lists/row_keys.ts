import type { KeyboardEvent } from "react";

/** Up and down go from line to line of a list, without opening any. */
export function pressedInRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".row")];
  const here = rows.findIndex((row) => row === document.activeElement);
  const next = rows[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (here < 0 || next === undefined) return;
  next.focus();
  event.preventDefault();
}
