import type { MessageState } from "../chat/lines.ts";

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M12 19V5.5M5.8 11.5L12 5.2l6.2 6.3",
  clip: "M20.5 11.4l-8.6 8.6a5.4 5.4 0 0 1-7.7-7.7l8.7-8.6a3.6 3.6 0 0 1 5.1 5.1l-8.6 8.6a1.8 1.8 0 0 1-2.6-2.5l8-7.9",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.2 14.2s1.3 2 3.8 2 3.8-2 3.8-2M9 9.4h.01M15 9.4h.01",
  file: "M14 3H7.5A1.5 1.5 0 0 0 6 4.5v15A1.5 1.5 0 0 0 7.5 21h9a1.5 1.5 0 0 0 1.5-1.5V7l-4-4ZM14 3v4h4",
  load: "M12 4v11M7.5 11L12 15.4 16.5 11M5 19.5h14",
  again: "M20 11a8 8 0 1 0-2.3 6.6M20 4.5V11h-6.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5V12l3 2",
  mail: "M4.5 6h15v12h-15zM4.5 7l7.5 6 7.5-6",
  person: "M12 12.2a3.9 3.9 0 1 0 0-7.8 3.9 3.9 0 0 0 0 7.8ZM4.8 20a7.2 7.2 0 0 1 14.4 0",
  spark:
    "M12 3.5l1.9 5.1 5.1 1.9-5.1 1.9L12 17.5l-1.9-5.1L5 10.5l5.1-1.9L12 3.5ZM18.5 16v4M16.5 18h4",
  wait: "M12 4.5v3M12 16.5v3M4.5 12h3M16.5 12h3",
  check: "M5.5 12.5l4.2 4.2L18.5 8",
  checks: "M2.5 12.5l4.2 4.2L15.5 8M11 15.6l1.1 1.1L20.9 8",
};

/** The name of a picture. */
export type IconName = keyof typeof PATHS;

/** A small line drawing that a screen reader passes over. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

const STATE_ICONS: Record<Exclude<MessageState, "">, IconName> = {
  pending: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
};

/** How far an own message has come. */
export function StateIcon({ state, label }: { state: Exclude<MessageState, "">; label: string }) {
  return (
    <span class={`state ${state}`} role="img" aria-label={label} title={label}>
      <Icon name={STATE_ICONS[state]} size={15} />
    </span>
  );
}
