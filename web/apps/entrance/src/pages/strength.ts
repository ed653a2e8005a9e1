/** How hard a password is to guess, in words. */

/** The words for it, from bad to good. */
export type Strength = "short" | "weak" | "fair" | "good" | "strong";

/** Fewer characters are refused by the server. */
export const PASSWORD_LENGTH_MIN = 10;

const COMMON =
  /pass ?word|qwert|asdf|letmein|welcome|iloveyou|admin|airdesk|1234|abcd|1111|0000|密码|5201314/giu;
const FAIR_BITS = 38;
const GOOD_BITS = 52;
const STRONG_BITS = 72;

/**
 * Judge a password.
 *
 * @param known - what others know of the person: name, e-mail, company. It counts for nothing.
 */
export function strengthOf(password: string, known: readonly string[] = []): Strength {
  if (Array.from(password).length < PASSWORD_LENGTH_MIN) return "short";
  const bits = guessBits(withoutKnown(password, known));
  if (bits < FAIR_BITS) return "weak";
  if (bits < GOOD_BITS) return "fair";
  return bits < STRONG_BITS ? "good" : "strong";
}

/** A known word counts as one letter. */
function withoutKnown(password: string, known: readonly string[]): string {
  let left = password.replace(COMMON, "a");
  for (const part of known.flatMap((text) => text.split(/[\s@.]+/u))) {
    if (Array.from(part).length < 3) continue;
    const found = left.toLowerCase().indexOf(part.toLowerCase());
    if (found >= 0) left = `${left.slice(0, found)}a${left.slice(found + part.length)}`;
  }
  return left;
}

/** Each letter counts by the kinds of letters there are; repeats and rows of letters count less. */
function guessBits(password: string): number {
  const letters = Array.from(password);
  let alphabet = 0;
  if (/\p{Ll}/u.test(password)) alphabet += 26;
  if (/\p{Lu}/u.test(password)) alphabet += 26;
  if (/\d/u.test(password)) alphabet += 10;
  if (/[^\p{L}\d]/u.test(password)) alphabet += 20;
  if (/[\p{Lo}]/u.test(password)) alphabet += 1000;
  const bits = Math.log2(Math.max(alphabet, 2));
  let worth = 0;
  letters.forEach((letter, place) => {
    const step = (letter.codePointAt(0) ?? 0) - (letters[place - 1]?.codePointAt(0) ?? -9);
    worth += Math.abs(step) <= 1 || letters.indexOf(letter) < place - 8 ? 0.3 : 1;
  });
  const different = new Set(letters).size / letters.length;
  return worth * bits * Math.min(1, 0.4 + different);
}
