import { useRef } from "react";
import type { ListItem } from "./lists.ts";

/** A list as it is shown: lines do not move while somebody points at one. */
export interface SettledOrder {
  readonly items: readonly ListItem[];
  /** Those that left the list meanwhile; their lines stay until nobody points any more. */
  readonly gone: ReadonlySet<string>;
  /** How many came meanwhile and are not shown. */
  readonly fresh: number;
}

const NOBODY: ReadonlySet<string> = new Set();

/** The order to show. Pure, so that it can be tested. */
export function settledOrder(
  shown: readonly ListItem[],
  items: readonly ListItem[],
  isHeld: boolean,
): SettledOrder {
  if (!isHeld || shown.length === 0) return { items, gone: NOBODY, fresh: 0 };
  const now = new Map(items.map((item) => [item.id, item]));
  const gone = new Set(shown.filter(({ id }) => !now.has(id)).map(({ id }) => id));
  const kept = shown.map((item) => now.get(item.id) ?? item);
  const known = new Set(shown.map(({ id }) => id));
  const fresh = items.filter(({ id }) => !known.has(id));
  // What is added below the last line moves none of them.
  const isBelow =
    fresh.length > 0 && fresh.every((item, place) => items.at(place - fresh.length) === item);
  return isBelow
    ? { items: [...kept, ...fresh], gone, fresh: 0 }
    : { items: kept, gone, fresh: fresh.length };
}

/** Hold the order of a list's lines while somebody points at one, with the mouse or by the keyboard. */
export function useSettledOrder(
  key: string,
  items: readonly ListItem[],
  isHeld: boolean,
): SettledOrder {
  const last = useRef<{ key: string; items: readonly ListItem[] }>({ key, items: [] });
  const order = settledOrder(last.current.key === key ? last.current.items : [], items, isHeld);
  last.current = { key, items: order.items };
  return order;
}
