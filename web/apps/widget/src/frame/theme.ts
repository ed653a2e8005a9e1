/** Puts an inbox's colours on the page. */

import { colourText, mix, parseColour, readableOn, textOn, type Rgb } from "../shared/colour.ts";
import type { Inbox } from "./inbox.ts";

const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [21, 24, 30];
/** Grounds of the others' messages, as in the style sheet; links stand on them. */
const SOFT_LIGHT: Rgb = [241, 243, 246];
const SOFT_DARK: Rgb = [37, 42, 52];
const BLACK: Rgb = [8, 12, 28];

/** Set the colours; the style sheet uses them by name. */
export function paint(root: HTMLElement, { colour, theme }: Inbox, systemIsDark: boolean): void {
  const dark = theme === "dark" || (theme === "auto" && systemIsDark);
  const accent = parseColour(colour);
  const ground = dark ? DARK : LIGHT;
  root.dataset["theme"] = dark ? "dark" : "light";
  root.style.colorScheme = dark ? "dark" : "light";
  const colours = {
    accent,
    "accent-deep": mix(accent, BLACK, 0.22),
    "on-accent": textOn(accent),
    link: readableOn(accent, dark ? SOFT_DARK : SOFT_LIGHT),
    tint: mix(ground, accent, dark ? 0.16 : 0.08),
  };
  for (const [name, value] of Object.entries(colours)) {
    root.style.setProperty(`--${name}`, colourText(value));
  }
}
