/** Canned replies: found by what follows a slash, filled with names. */

import type { Canned } from "../api/entities.ts";

/** So many are offered at once. */
export const OFFERED_MAX = 8;

/** What a text asks for: the word behind a slash at its beginning; null if it asks for nothing. */
export function askedFor(text: string): string | null {
  return /^\/(\S{0,40})$/u.exec(text)?.[1] ?? null;
}

/** Canned replies for what was asked: by shortcut first, then by their words. */
export function offered(all: readonly Canned[], asked: string): readonly Canned[] {
  const word = asked.toLocaleLowerCase();
  const rank = ({ shortcut, text }: Canned): number => {
    const name = shortcut.toLocaleLowerCase();
    if (name === word) return 0;
    if (name.startsWith(word)) return 1;
    return text.toLocaleLowerCase().includes(word) ? 2 : 3;
  };
  return all
    .map((canned) => ({ canned, rank: rank(canned) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || a.canned.shortcut.localeCompare(b.canned.shortcut))
    .slice(0, OFFERED_MAX)
    .map(({ canned }) => canned);
}

/** The names that a canned reply may ask for. */
export interface CannedNames {
  readonly visitor: string;
  readonly agent: string;
  readonly inbox: string;
}

/** What stands between the braces, and whose name it is. */
const PLACES: Readonly<Record<string, keyof CannedNames>> = {
  visitor: "visitor",
  "contact.name": "visitor",
  agent: "agent",
  "agent.name": "agent",
  inbox: "inbox",
  "inbox.name": "inbox",
};

/** Fill a canned reply. A name that is not known leaves no hole: the spaces before it go too. */
export function filled(text: string, names: CannedNames): string {
  return text.replace(/[ \t]*\{\{\s*([a-z.]+)\s*\}\}/gi, (whole, place: string) => {
    const which = PLACES[place.toLowerCase()];
    // What is no name of ours was meant as it stands there.
    if (which === undefined) return whole;
    const name = names[which];
    if (name === "") return "";
    return whole.startsWith(" ") || whole.startsWith("\t") ? ` ${name}` : name;
  });
}
