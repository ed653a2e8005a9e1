/** Colours that can be read: contrast as WCAG 2.2 computes it. */

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Contrast that text needs on its ground (WCAG 2.2, 1.4.3). */
export const CONTRAST_MIN = 4.5;

/** What is used where an inbox has no good colour. */
export const DEFAULT_COLOUR = "#0f6fde";

/** Read "#rrggbb"; anything else is the default colour. */
export function parseColour(text: string): Rgb {
  const hex = /^#[\da-f]{6}$/i.test(text) ? text : DEFAULT_COLOUR;
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Write a colour as "#rrggbb". */
export function colourText([red, green, blue]: Rgb): string {
  return `#${((1 << 24) | (red << 16) | (green << 8) | blue).toString(16).slice(1)}`;
}

/** Relative luminance, 0 to 1. */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [16, 24, 40];

/** Grounds lighter than this get ink; white has a contrast of 3.4 on it, ink one of 5.2. */
const WHITE_GROUND_MAX = 1.05 / 3.4 - 0.05;

/**
 * White or ink, whichever can be read on this ground. Large or bold text of a brand's colour is
 * white by habit, and 3:1 is enough for it (1.4.3), so white goes a bit beyond the middle.
 */
export function textOn(ground: Rgb): Rgb {
  return luminance(ground) <= WHITE_GROUND_MAX ? WHITE : INK;
}

/** The colour itself, or as much of it mixed with black or white as can be read on this ground. */
export function readableOn(colour: Rgb, ground: Rgb): Rgb {
  const towards: Rgb = luminance(ground) > 0.18 ? [0, 0, 0] : WHITE;
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, ground) >= CONTRAST_MIN) return mixed;
  }
  return towards;
}

/** A mixture: `share` of the other colour, 0 to 1. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return one.map((part, n) =>
    Math.round(part + ((other[n] ?? 0) - part) * share),
  ) as unknown as Rgb;
}
