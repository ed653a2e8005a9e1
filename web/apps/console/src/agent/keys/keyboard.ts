import { useEffect } from "react";
import { useParts } from "../../shell/parts.tsx";
import { actions, useActionContext, type Action } from "./actions.ts";
import { keyOf } from "./keys.ts";

/** The second key of two in a row comes within this time. */
const SEQUENCE_MS = 1_200;
/** These only change what another key means. */
const MODIFIERS: ReadonlySet<string> = new Set(["Control", "Shift", "Alt", "Meta"]);
/** Here a key writes. */
const WRITES = "input, textarea, select, [contenteditable=true]";
/** Here Enter and the arrows belong to what has the focus. */
const ACTS = "a, button, [role=menuitem], [role=option], [role=tab], summary";
const OVERLAYS = ".ant-modal-wrap, .ant-dropdown:not(.ant-dropdown-hidden), .ant-select-dropdown";

const byKeys = new Map<string, Action>();
for (const action of Object.values<Action>(actions)) {
  for (const keys of action.keys) byKeys.set(keys, action);
}

const beginning = new Set(
  [...byKeys.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0]),
);

/** Listen to the keyboard for the whole console. */
export function useKeyboard(): void {
  const context = useActionContext();
  const { workplace } = useParts();
  useEffect(() => {
    let first = { key: "", ms: 0 };
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (MODIFIERS.has(event.key)) return;
      const key = keyOf(event);
      const target = event.target instanceof Element ? event.target : null;
      if (!isHeard(key, target, workplace.now)) return;
      const isSecond = first.key !== "" && event.timeStamp - first.ms < SEQUENCE_MS;
      const both = isSecond ? byKeys.get(`${first.key} ${key}`) : undefined;
      const action = both ?? byKeys.get(key);
      // Only a key that begins something waits for another: Tab must not swallow the next one.
      first = { key: both === undefined && beginning.has(key) ? key : "", ms: event.timeStamp };
      if (action === undefined || !action.isPossible(context)) return;
      event.preventDefault();
      action.run(context);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [context, workplace]);
}

interface Listening {
  readonly overlay: string | null;
  readonly hasSingleKeys: boolean;
}

function isHeard(key: string, target: Element | null, now: Listening): boolean {
  if (now.overlay !== null || isVisible(OVERLAYS)) return false;
  const hasModifier = key.includes("mod+") || key.includes("alt+");
  if (hasModifier) return true;
  if (!now.hasSingleKeys || target?.closest(WRITES)) return false;
  return !(key === "enter" && target?.closest(ACTS));
}

function isVisible(selector: string): boolean {
  return [...document.querySelectorAll<HTMLElement>(selector)].some(
    (one) => one.offsetParent !== null || one.getClientRects().length > 0,
  );
}
