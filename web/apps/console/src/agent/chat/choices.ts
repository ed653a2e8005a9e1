import type { KeyboardEvent } from "react";

/** A choice list over the box: arrows move in it, Enter and Tab take, Escape closes. */
export interface ChoiceKeys<Item> {
  readonly found: readonly Item[];
  readonly place: number;
  readonly move: (place: number) => void;
  readonly take: (item: Item) => void;
  readonly close: () => void;
}

/** Do what a key means to an open list; false if it means nothing to it. */
export function pressedInChoices<Item>(event: KeyboardEvent, keys: ChoiceKeys<Item>): boolean {
  const { found, place, move, take, close } = keys;
  if (event.key === "Escape") {
    close();
    return true;
  }
  const picked = found[place];
  if (picked === undefined) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    move((place + step + found.length) % found.length);
    return true;
  }
  if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
    take(picked);
    return true;
  }
  return false;
}
