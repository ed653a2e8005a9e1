import { iconPaths, type IconName } from "@airdesk/staff";

export type { IconName };

/** A sign; a screen reader passes over it unless it has a label. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      role="img"
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}

/** The sign of the product. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" />
      <path d="M8 13h10.5a3.25 3.25 0 1 0-3.25-3.25M8 17.5h14.5a3.25 3.25 0 1 1-3.25 3.25M8 22h5.5" />
    </svg>
  );
}
