/** The numbers in events: docs/protocol.md, "Events", "Authors" and "Causes". */

/** Kinds of events. */
export const EVENT_KIND = {
  started: 1,
  joined: 2,
  message: 3,
  note: 4,
  queued: 5,
  assigned: 6,
  snoozed: 7,
  resolved: 8,
  reopened: 9,
  rated: 10,
  labelled: 11,
  prioritised: 12,
  returned: 13,
} as const;

/** Why a conversation was queued, assigned or taken up again. */
export const CAUSE = {
  new: 0,
  handOff: 1,
  noAnswer: 2,
  agentLeft: 3,
  transfer: 4,
  reopened: 5,
  woken: 6,
  byHand: 7,
  routed: 8,
  returned: 9,
} as const;

/** The author number of the visitor. */
export const VISITOR_AUTHOR = 0;

/** The author number of the bot. */
export const BOT_AUTHOR = 2;

/** The first author number that belongs to an agent. */
export const FIRST_PARTICIPANT = 3;
