import type { Id } from "@airdesk/protocol";
import { colourNumber, initials } from "@airdesk/staff";
import { Icon, type IconName } from "./icons.tsx";

const COLOURS = 8;

interface FaceProps {
  /** Gives the colour; "" for grey. */
  readonly id: Id;
  readonly name: string;
  readonly icon?: IconName;
  readonly size?: "small" | "middle" | "large";
  /** Whether the person is there, if that is known. */
  readonly presence?: "online" | "busy" | "offline" | undefined;
}

/** A person's sign: the first letters on a colour that is always the same. */
export function Face({ id, name, icon, size = "middle", presence }: FaceProps) {
  return (
    <span
      className="face"
      data-size={size}
      data-colour={id === "" ? undefined : colourNumber(id, COLOURS)}
      aria-hidden
    >
      {icon === undefined ? initials(name) : <Icon name={icon} />}
      {presence !== undefined && <i data-presence={presence} />}
    </span>
  );
}
