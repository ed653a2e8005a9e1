/** An agent's own status, by its number on the wire. */
export const AVAILABILITIES = [
  { name: "offline", saying: "offline", hint: "offlineHint" },
  { name: "busy", saying: "busy", hint: "busyHint" },
  { name: "online", saying: "online", hint: "onlineHint" },
] as const;
