/** The signs of the pages, drawn on 24 by 24. */

const PATHS = {
  add: "M12 5v14M5 12h14",
  at: "M16 12a4 4 0 1 0-8 0 4 4 0 0 0 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7.1",
  alarm: "M12 8v5l3 2M5 3 2 6m20 0-3-3M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
  back: "m15 5-7 7 7 7",
  bell: "M6 9a6 6 0 0 1 12 0c0 6 2 7 2 7H4s2-1 2-7m4 11a2 2 0 0 0 4 0",
  bellOff:
    "M8.5 4.2A6 6 0 0 1 18 9c0 2.6.4 4.3 .9 5.4M6.2 7.5C6 8 6 8.5 6 9c0 6-2 7-2 7h12M10 20a2 2 0 0 0 4 0M3 3l18 18",
  book: "M5 4h10a4 4 0 0 1 4 4v12H8a3 3 0 0 1-3-3V4Zm0 13a3 3 0 0 1 3-3h11",
  bot: "M12 4v3M7 7h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3v-6a3 3 0 0 1 3-3Zm2 5v1m6-1v1",
  check: "m5 12.5 4.5 4.5L19 7.5",
  checks: "m2 13 4 4 8-9m-3 8 1 1 9-9",
  clip: "M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.5-7.5",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  close: "M6 6l12 12M18 6 6 18",
  code: "m8 8-4 4 4 4m8-8 4 4-4 4M13.5 5l-3 14",
  copy: "M9 9h10v11H9zM5 15V4h10",
  down: "m6 9 6 6 6-6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  eyeOff:
    "M10 5.7A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.6 3.3M6.3 7.3A16 16 0 0 0 2.5 12s3.5 6.5 9.5 6.5a9 9 0 0 0 4.6-1.3M10 10a3 3 0 0 0 4 4M4 4l16 16",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  filter: "M4 6h16M7 12h10m-7 6h4",
  flag: "M6 21V4h12l-2.5 4L18 12H6",
  flow: "M6 5v9a4 4 0 0 0 4 4h8m0 0-3-3m3 3-3 3",
  forward: "m9 5 7 7-7 7",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm8-3 1.5-2.5-2-3.5-3 .3L14.8 4h-5.6L7.5 6.3l-3-.3-2 3.5L4 12l-1.5 2.5 2 3.5 3-.3L9.2 20h5.6l1.7-2.3 3 .3 2-3.5Z",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-9-9h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18Z",
  inbox: "M4 13 6.5 5h11L20 13v6H4zm0 0h4.5l1.5 2.5h4l1.5-2.5H20",
  key: "M14.5 9.5 21 3m-3 3 2.5 2.5M15 9l2 2M8.5 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z",
  label: "M4 4h8l8 8-8 8-8-8zm4 4h.01",
  leave: "M10 4H5v16h5M15 8l4 4-4 4m4-4H9",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  offline:
    "M3 3l18 18M8.5 16.5a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 4-2.4m4.5-.1a10 10 0 0 1 5.5 2.5M2 8.5a15 15 0 0 1 4-2.7M10 4.7A15 15 0 0 1 22 8.5M12 20h.01",
  panel: "M4 5h16v14H4zM15 5v14",
  note: "M5 4h14v10l-5 6H5zm9 16v-6h5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9a8 8 0 0 1 16 0",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 9a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5m2.5 3a6.5 6.5 0 0 1 3 6",
  reply: "M10 8 5 12.5l5 4.5m-5-4.5h8a6 6 0 0 1 6 6",
  screen: "M3 5h18v12H3zM9 21h6m-3-4v4",
  search: "m20 20-4.5-4.5M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
  send: "M4 12 20 4l-5 16-4-7z",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-4-7c1 1.5 2.3 2.3 4 2.3s3-.8 4-2.3M9 9.5h.01M15 9.5h.01",
  slash: "M15 5 9 19",
  sync: "M20 11a8 8 0 0 0-14.5-4L3 9.5M3 4v5.5h5.5M4 13a8 8 0 0 0 14.5 4l2.5-2.5M21 20v-5.5h-5.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-14v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
  take: "M12 4v11m0 0-4-4m4 4 4-4M5 20h14",
  transfer: "M4 8h14m0 0-3.5-3.5M18 8l-3.5 3.5M20 16H6m0 0 3.5-3.5M6 16l3.5 3.5",
  trash: "M5 7h14M9.5 7V4h5v3M7 7l1 13h8l1-13",
  up: "m6 15 6-6 6 6",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6",
  link: "M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.6-1.6",
  mail: "M3 6h18v12H3zM3 7l9 6.5L21 7",
  phone:
    "M6 3h3l1.5 5L8 9.5a12 12 0 0 0 6.5 6.5l1.5-2.5 5 1.5v3a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2Z",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10",
  undo: "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
} as const;

/** The name of a sign. */
export type IconName = keyof typeof PATHS;

/** A sign; a screen reader passes over it unless it has a label. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      role="img"
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The sign of the product. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" />
      <path d="M8 13h10.5a3.25 3.25 0 1 0-3.25-3.25M8 17.5h14.5a3.25 3.25 0 1 1-3.25 3.25M8 22h5.5" />
    </svg>
  );
}
