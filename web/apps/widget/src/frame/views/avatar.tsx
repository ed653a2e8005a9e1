import { initials } from "../text/sizes.ts";
import { Icon } from "./icons.tsx";

const HUES = 8;

/** The same colour for the same person. */
function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 37 + (letter.codePointAt(0) ?? 0)) % 8_191;
  return sum % HUES;
}

/** A round sign for a person, or for the bot. */
export function Avatar({ name, bot = false }: { name: string; bot?: boolean }) {
  return (
    <span class={`avatar ${bot ? "bot" : `hue${hue(name)}`}`} aria-hidden="true">
      {bot ? <Icon name="spark" size={16} /> : initials(name)}
    </span>
  );
}
