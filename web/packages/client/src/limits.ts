/** The bounds of a connection and of the device's outbox, each with its reason. */

/** The first pause before a new try lasts at most this long. */
export const RETRY_MS_MIN = 500;

/** No pause before a new try is longer, so that a server that returned is found soon. */
export const RETRY_MS_MAX = 30_000;

/** A connection that lived this long was good: the next pause is short again. */
export const STEADY_MS = 5_000;

/** From opening a socket to Welcome. Later: it is closed and tried again. */
export const CONNECT_MS_MAX = 10_000;

/** Time between looks at the clock: silence, receipts, waking up. */
export const TICK_MS = 1_000;

/** A visible page whose timer came this much late was asleep. */
export const WAKE_GAP_MS = 5_000;

/** Receipts are sent at most this often. */
export const RECEIPTS_MS = 1_000;

/**
 * Commands a second beyond the first 32 of a connection. With them, receipts, typing and beats
 * stay below the server's 100 messages in 5 s.
 */
export const COMMANDS_PER_SECOND = 10;

/** Answered operation ids that are remembered, so that a late click sends nothing. */
export const ANSWERED_MAX = 2_000;

/** A command that vanished from the store was answered; this long its answer may take to come. */
export const ANSWER_MS_MAX = 1_000;

/**
 * A live connection answers commands in milliseconds. If the oldest has waited this long and no
 * other was answered meanwhile, the person is told: the server has no room or no majority.
 */
export const OVERDUE_MS = 5_000;

/** Time between comparisons of a waiting tab's commands with the store. */
export const REVIEW_MS = 5_000;
