/** A piece of a text, and whether it is what was looked for. */
export interface MarkedPart {
  readonly part: string;
  readonly isMarked: boolean;
}

/**
 * Cut a text where its marks begin and end.
 *
 * @param marks - from, to, in code points; in order and apart from each other.
 */
export function markedParts(
  text: string,
  marks: readonly (readonly [number, number])[],
): readonly MarkedPart[] {
  const letters = Array.from(text);
  const parts: MarkedPart[] = [];
  let place = 0;
  const cut = (end: number, isMarked: boolean) => {
    if (end > place) parts.push({ part: letters.slice(place, end).join(""), isMarked });
    place = Math.max(place, end);
  };
  for (const [from, to] of marks) {
    cut(from, false);
    cut(to, true);
  }
  cut(letters.length, false);
  return parts;
}
