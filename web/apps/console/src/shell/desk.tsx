import { createContext, useContext, useRef, useSyncExternalStore } from "react";
import type { Desk } from "@airdesk/staff";

/** Where components find the desk. */
export const DeskContext = createContext<Desk | null>(null);

/** The desk itself, to act on. It does not draw again; {@link useDeskState} does. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new RangeError("a component outside the desk");
  return desk;
}

/**
 * Something of the desk, drawn again only when it is another value.
 *
 * @param select - gives the same value as long as nothing changed; objects are compared by their
 *   fields, one level deep.
 */
export function useDeskState<Value>(select: (desk: Desk) => Value): Value {
  const desk = useDesk();
  const last = useRef<{ readonly value: Value } | null>(null);
  return useSyncExternalStore(desk.watch, () => {
    const value = select(desk);
    if (last.current === null || !alike(last.current.value, value)) last.current = { value };
    return last.current.value;
  });
}

function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.is(one[name], other[name]))
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
