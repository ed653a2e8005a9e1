/** Colleagues in a note: "@" and a name. */

import type { Id } from "@airdesk/protocol";
import type { Agent } from "@airdesk/staff";

const WORD_LETTERS_MAX = 30;

/** What follows the "@" before the caret, and where it stands; null where there is none. */
export function mentionAsked(
  text: string,
  caret: number,
): { readonly word: string; readonly begin: number } | null {
  const before = text.slice(0, caret);
  const begin = before.lastIndexOf("@");
  if (begin < 0) return null;
  // An "@" inside a word belongs to an address of mail.
  const previous = before[begin - 1];
  if (previous !== undefined && /[a-z0-9.]/i.test(previous)) {
    return null;
  }
  const word = before.slice(begin + 1);
  if (word.length > WORD_LETTERS_MAX || /[\n@]|\s\s|\s$/u.test(word)) return null;
  return { word, begin };
}

/** The agents whose names stand in a note behind an "@"; of two names the longer one counts. */
export function mentionsIn(text: string, agents: readonly Agent[]): readonly Id[] {
  let left = text;
  const found: Id[] = [];
  const byLength = [...agents].sort((one, other) => other.name.length - one.name.length);
  for (const { id, name } of byLength) {
    if (name === "" || !left.includes(`@${name}`)) continue;
    found.push(id);
    left = left.replaceAll(`@${name}`, " ");
  }
  return found;
}
