/**
 * The AirDesk socket protocol: ids, errors, limits, messages, both encodings, and the client's
 * session machine. No DOM, no dependency; sockets and time are the owner's.
 */

export * from "./encodings.ts";
export * from "./errors.ts";
export * from "./events.ts";
export type { Field, Filled, Where } from "./fields.ts";
export * from "./happenings.ts";
export * from "./ids.ts";
export * as limits from "./limits.ts";
export * as messages from "./messages.ts";
export {
  isCommand,
  type ClientMessage,
  type CommandMessage,
  type ServerMessage,
} from "./messages.ts";
export * from "./outbox.ts";
export * from "./session.ts";
export { utf8, wellFormed } from "./text.ts";
