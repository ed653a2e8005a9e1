/** The bounds that a client keeps, with the values and names of the server's. */

/** One WebSocket message from a client. Larger: the server closes with 4003. */
export const FRAME_BYTES_MAX = 64 * 1024;

/** One message's text in UTF-8. Larger: the command is rejected. */
export const TEXT_BYTES_MAX = 16 * 1024;

/** From one beat to the next. */
export const BEAT_MS = 25_000;

/** Without a byte from the other end it counts as dead. */
export const SILENCE_MS_MAX = 30_000;

/** Commands of one connection without an answer. More: close 4303. */
export const COMMANDS_PENDING_MAX = 64;

/**
 * Commands that a client sends ahead of their answers, half of what the server bears. The others
 * wait in its outbox.
 */
export const COMMANDS_IN_FLIGHT_MAX = 32;

/** Messages of one connection in a window. More: close 4302. */
export const MESSAGES_PER_WINDOW_MAX = 100;

/** The window of {@link MESSAGES_PER_WINDOW_MAX}. */
export const RATE_WINDOW_MS = 5_000;

/** Conversations that one connection may follow or name in hello. */
export const HELD_CONVERSATIONS_MAX = 200;

/** Receipts in one message. */
export const MARKS_MAX = 200;

/** A credential in hello. */
export const TOKEN_BYTES_MAX = 1024;

/** Characters of what a visitor has typed so far, as the staff sees it. The rest is cut off. */
export const TYPED_CHARS_MAX = 500;

/** Arrays within arrays in a message; ours have two, and a bound keeps the stack whole. */
export const NESTING_MAX = 32;
