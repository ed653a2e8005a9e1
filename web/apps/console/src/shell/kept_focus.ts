/**
 * Where the focus goes when what had it leaves the page: a button that did its work, a filter that
 * was taken away, the line of a conversation. Without this it falls to the whole page, where letters
 * write nothing and a reader of screens begins at the top again.
 */

import { useEffect } from "react";

/** After so long nobody else has put the focus anywhere; windows and menus do it sooner. */
const PAUSE_MS = 60;

const ACTS = "a[href], button:enabled, input:enabled, textarea:enabled, [tabindex='0']";
/** On a phone the keyboard would come up over what was said. */
const HAS_KEYS = "(hover: hover)";
const REPLY = ".composer[data-note=false] textarea";
const SAID = "[data-testid=messages]";
const LINES = ".rows .row[aria-current=true], .rows .row, .list .state button, .list-head button";

/** What takes the focus in a part of the page, the innermost part first. */
const PARTS: readonly (readonly [part: string, takers: readonly string[]])[] = [
  [".messages", [SAID]],
  [".chat", [REPLY, SAID, LINES]],
  [".list", [LINES, SAID]],
  [".inbox, .console", [REPLY, SAID, LINES]],
];

/** Keep the focus on the page. */
export function useKeptFocus(): void {
  useEffect(() => keepFocus(document), []);
}

function keepFocus(page: Document): () => void {
  let kept: readonly HTMLElement[] = [];
  const came = ({ target }: Event) => {
    kept = target instanceof HTMLElement ? lineage(target) : [];
  };
  const pressed = () => {
    // Who presses on an empty place wants the focus nowhere.
    setTimeout(() => {
      if (page.activeElement === page.body) kept = [];
    });
  };
  const changed = () => {
    const [had, ...above] = kept;
    if (had === undefined || page.activeElement !== page.body || isThere(had)) return;
    kept = [];
    setTimeout(() => {
      if (page.activeElement === page.body) focusNear(above);
    }, PAUSE_MS);
  };
  const observer = new MutationObserver(changed);
  const seen = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] };
  observer.observe(page.body, seen);
  page.addEventListener("focusin", came);
  page.addEventListener("pointerdown", pressed);
  return () => {
    observer.disconnect();
    page.removeEventListener("focusin", came);
    page.removeEventListener("pointerdown", pressed);
  };
}

/** An element, and everything around it up to the page. */
function lineage(element: HTMLElement): readonly HTMLElement[] {
  const around = element.parentElement;
  return [element, ...(around === null ? [] : lineage(around))];
}

function isThere(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled");
}

/** Focus what is nearest to a place that is gone. */
export function focusNear(around: readonly HTMLElement[]): void {
  for (const element of around) {
    if (element.isConnected && takersOf(element).some(takes)) return;
  }
  document.getElementById("page")?.focus({ preventScroll: true });
}

function takersOf(element: HTMLElement): readonly Element[] {
  const part = PARTS.find(([selector]) => element.matches(selector));
  if (part !== undefined) {
    const takers = part[1].filter((taker) => taker !== REPLY || matchMedia(HAS_KEYS).matches);
    return takers.flatMap((taker) => [...document.querySelectorAll(taker)]);
  }
  // The conversations have their own places; on other pages it is what stands beside it.
  if (element === document.body || element.closest(".inbox") !== null) return [];
  return element.closest(".frame-body") === null ? [] : [...element.querySelectorAll(ACTS)];
}

/** Give an element the focus; false if it takes none, as when it is not on the screen. */
function takes(element: Element): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}
