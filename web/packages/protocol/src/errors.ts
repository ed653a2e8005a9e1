/**
 * Error numbers, which are also WebSocket close codes. One range tells what to do:
 *
 *     4000-4099  give up: reconnecting would end the same way
 *     4100-4199  get a new credential, then reconnect
 *     4200-4299  (never a close code) forget the command and tell the person
 *     4300-4399  wait, then reconnect and resend
 *     4500-4599  reconnect with back-off and resend
 */
export const ErrorNumber = {
  PeerError: 4000,
  MalformedMessage: 4001,
  UnexpectedMessage: 4002,
  MessageTooLarge: 4003,
  TooMany: 4004,
  UnknownSubprotocol: 4006,
  Fenced: 4010,
  OperationReused: 4011,
  AccessError: 4100,
  BadToken: 4101,
  TokenExpired: 4102,
  CommandRejected: 4200,
  UnknownConversation: 4201,
  NotPermitted: 4202,
  IllegalTransition: 4203,
  NotEligible: 4204,
  TextRefused: 4205,
  UnknownSubject: 4206,
  ValueRefused: 4207,
  Blocked: 4209,
  CapacityError: 4300,
  SlowReader: 4301,
  RateExceeded: 4302,
  TooManyPending: 4303,
  ServerFull: 4304,
  HelloTimeout: 4305,
  DependencyError: 4500,
  LogUnavailable: 4501,
  HomeUnavailable: 4502,
  LogFenced: 4503,
  LogCorrupt: 4504,
  LinkMismatch: 4505,
} as const;

/** The other side broke the protocol. `number` is the close code to answer with. */
export class PeerError extends Error {
  readonly number: number;

  constructor(message: string, number: number = ErrorNumber.PeerError) {
    super(message);
    this.name = new.target.name;
    this.number = number;
  }
}

/** A frame holds no message of this protocol. */
export class MalformedMessage extends PeerError {
  readonly reason: string;

  constructor(reason: string) {
    super(`malformed message: ${reason}`, ErrorNumber.MalformedMessage);
    this.reason = reason;
  }
}

/** True for numbers with which reconnecting alone is useless. */
export function isPeerFault(number: number): boolean {
  return number >= 4000 && number < 4200;
}

/** True for numbers that ask for a new credential. */
export function isAccessFault(number: number): boolean {
  return number >= 4100 && number < 4200;
}

/** True for numbers that ask to wait: a limit was reached. */
export function isCapacityFault(number: number): boolean {
  return number >= 4300 && number < 4400;
}

/** True for numbers after which a client forgets the command. */
export function isFinalForCommand(number: number): boolean {
  return (number >= 4200 && number < 4300) || number === ErrorNumber.OperationReused;
}
