import type { Id } from "@airdesk/protocol";

/** The conversation before or behind one in a list; the first where it is not in the list. */
export function neighbour(listed: readonly Id[], open: Id, by: number): Id {
  const place = listed.indexOf(open);
  if (place < 0) return listed[0] ?? "";
  return listed[place + by] ?? open;
}
