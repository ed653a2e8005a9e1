/** Keys as text: "e", "shift+a", "mod+k" (Ctrl, on a Mac Cmd), "alt+down", or two in a row: "g m". */

const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

const NAMES: Readonly<Record<string, string>> = {
  arrowdown: "down",
  arrowup: "up",
  escape: "esc",
  " ": "space",
};

const SIGNS: Readonly<Record<string, string>> = {
  mod: isMac ? "⌘" : "Ctrl",
  alt: isMac ? "⌥" : "Alt",
  shift: "⇧",
  down: "↓",
  up: "↑",
  esc: "Esc",
  enter: "Enter",
};

interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** What was pressed, as text. */
export function keyOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  // With Alt, or while an input method listens, a letter comes as something else.
  const letter = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  const low = key.toLowerCase();
  const isOther = altKey || low === "process" || low === "unidentified";
  const name = (isOther ? letter : undefined) ?? NAMES[low] ?? low;
  const parts = [];
  if (isMac ? metaKey : ctrlKey) parts.push("mod");
  if (altKey) parts.push("alt");
  // A sign such as "?" has its Shift in itself.
  if (shiftKey && (name.length > 1 || letter !== undefined)) parts.push("shift");
  return [...parts, name].join("+");
}

/** Keys as they are written on a keyboard; "" for none. */
export function keysInWords(keys: string): string {
  return keys
    .split(" ")
    .map((press) =>
      press
        .split("+")
        .map((part) => SIGNS[part] ?? part.toUpperCase())
        .join(isMac ? "" : "+"),
    )
    .join(" ");
}
