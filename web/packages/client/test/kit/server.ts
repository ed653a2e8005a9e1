import {
  BINARY,
  ErrorNumber,
  limits,
  messages,
  type ClientMessage,
  type Id,
  type Payload,
  type ServerMessage,
} from "@airdesk/protocol";
import type { VirtualClock } from "./clock.ts";
import type { Peer, Wire } from "./network.ts";
import type { SeededRandom } from "./random.ts";

export const VISITOR = "0192f0c1-a2b3-7c4d-8e5f-000000001101";
export const CONVERSATION = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const OPENING_EVENTS = 10;
const ANSWER_MS_MAX = 400;

/** One event of the log; `prev` is that of the visitor's class, -1 if he may not see it. */
export interface Stored {
  readonly seq: number;
  readonly prev: number;
  readonly kind: number;
  readonly author: number;
  readonly text: string;
  readonly op: Id;
  readonly ts_ms: number;
}

/**
 * A small model of the server: one visitor, one conversation, operation ids with first answers,
 * resume by the last `seq`. It judges its clients by the limits of the real one.
 */
export class FakeServer {
  readonly log: Stored[] = [];
  readonly answers = new Map<Id, ServerMessage>();
  readonly refused = new Set<Id>();
  readonly violations: string[] = [];
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly members = new Set<Member>();
  up = true;
  /** How often something that is not the client's fault goes wrong. */
  trouble = 0;
  /** It has no room: commands wait without an answer. */
  full = false;
  readonly waiting: (() => void)[] = [];

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.random = random;
    this.append(1, 1, "", "");
  }

  readonly accept = (wire: Wire): Peer | null => {
    if (!this.up) return null;
    const member = new Member(this, wire);
    this.members.add(member);
    return member;
  };

  /** All sockets break; the log stays. */
  crash(): void {
    for (const member of this.members) member.hangUp(1006);
    this.up = false;
  }

  /** There is room again. */
  makeRoom(): void {
    this.full = false;
    for (const go of this.waiting.splice(0)) go();
  }

  /** When the conversation began. */
  get openedMs(): number {
    return this.log[0]?.ts_ms ?? 0;
  }

  /** What the visitor may see. */
  get visible(): readonly Stored[] {
    return this.log.filter(({ prev }) => prev >= 0);
  }

  /** Store an event and tell everybody. */
  append(kind: number, author: number, text: string, op: Id): Stored {
    const prev = kind === 4 ? -1 : (this.visible.at(-1)?.seq ?? 0);
    const ts_ms = this.clock.nowMs();
    const stored = { seq: this.log.length + 1, prev, kind, author, text, op, ts_ms };
    this.log.push(stored);
    for (const member of this.members) member.tell(stored);
    return stored;
  }

  /** The first answer to a command, now or from before. */
  execute(command: messages.Send): ServerMessage {
    const known = this.answers.get(command.op);
    if (known !== undefined) return known;
    if (command.text.startsWith("!")) {
      this.refused.add(command.op);
      const { op } = command;
      return messages.Rejected.make({ op, number: ErrorNumber.TextRefused, text: "no" });
    }
    const { seq } = this.append(3, 0, command.text, command.op);
    const answer = messages.Accepted.make({ op: command.op, seq });
    this.answers.set(command.op, answer);
    return answer;
  }
}

/** One connection. */
class Member implements Peer {
  readonly #server: FakeServer;
  readonly #wire: Wire;
  readonly #ref: number;
  #instance = "";
  #attempt = 0;
  #open = true;
  #welcome = false;
  #unanswered = 0;
  #answerMs = 0;
  #arrivals: number[] = [];

  constructor(server: FakeServer, wire: Wire) {
    this.#server = server;
    this.#wire = wire;
    this.#ref = 1 + server.random.below(300);
    this.#beatLater();
  }

  closed(): void {
    this.#open = false;
    this.#server.members.delete(this);
  }

  hangUp(code: number): void {
    if (!this.#open) return;
    this.closed();
    this.#wire.close(code);
  }

  received(payload: Payload): void {
    if (!this.#open) return;
    this.#countArrival();
    const message = BINARY.decodeClient(payload);
    if (message.type === "hello") this.#hello(message);
    else if (!this.#welcome) this.#server.violations.push(`${message.type} before hello`);
    else this.#handle(message);
  }

  tell(stored: Stored): void {
    if (!this.#welcome || stored.prev < 0) return;
    // A gateway that lost one would be found out by the next event or beat.
    if (this.#server.random.chance(0.02 * this.#server.trouble)) return;
    this.#send(this.#event(stored));
    if (this.#server.random.chance(0.5)) this.#row();
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case "send":
        return this.#command(message);
      case "follow":
        return this.#replay(message.after);
      case "refresh":
        this.#row();
        return this.#send(messages.Listing.make({ mine: [this.#ref] }));
      case "history":
        return this.#page(message.before);
      default:
    }
  }

  #hello({ instance, attempt, held }: messages.Hello): void {
    for (const other of this.#server.members) {
      if (other === this || other.#instance !== instance) continue;
      if (other.#attempt > attempt) return this.#fail(ErrorNumber.Fenced, 0);
      other.#fail(ErrorNumber.Fenced, 0);
    }
    this.#instance = instance;
    this.#attempt = attempt;
    this.#welcome = true;
    const server_ms = this.#server.clock.nowMs();
    const rest = {
      role: 0,
      server_ms,
      beat_ms: limits.BEAT_MS,
      cursor: `1:${this.#server.log.length}`,
    };
    this.#send(messages.Welcome.make({ you: VISITOR, ...rest }));
    this.#row();
    this.#send(messages.Listing.make({ mine: [this.#ref] }));
    this.#replay(held[0]?.seq ?? 0);
  }

  #command(message: messages.Send): void {
    this.#unanswered += 1;
    if (this.#unanswered > limits.COMMANDS_PENDING_MAX) {
      this.#server.violations.push("too many commands without an answer");
    }
    if (this.#server.random.chance(0.02 * this.#server.trouble)) {
      return this.#fail(ErrorNumber.CapacityError, this.#server.random.below(3_000));
    }
    if (this.#server.full) {
      this.#server.waiting.push(() => this.#answer(message));
      return;
    }
    this.#answer(message);
  }

  #answer(message: messages.Send): void {
    const answer = this.#server.execute(message);
    const { clock, random } = this.#server;
    this.#answerMs = Math.max(this.#answerMs, clock.nowMs() + random.below(ANSWER_MS_MAX));
    clock.after(this.#answerMs - clock.nowMs(), () => {
      this.#unanswered -= 1;
      if (this.#open) this.#send(answer);
    });
  }

  #replay(after: number): void {
    const visible = this.#server.visible;
    const from = after === 0 ? -1 : visible.findIndex(({ seq }) => seq === after);
    const events = from < 0 ? visible.slice(-OPENING_EVENTS) : visible.slice(from + 1);
    const base = from < 0 ? (events[0]?.prev ?? 0) : after;
    this.#send(messages.Opened.make({ ref: this.#ref, base }));
    for (const stored of events) this.#send(this.#event(stored));
  }

  #page(before: number): void {
    const older = this.#server.visible.filter(({ seq }) => seq < before);
    const events = older.slice(-5).map(({ op: _op, ts_ms, ...rest }) => ({
      ...rest,
      dt_ms: ts_ms - this.#server.openedMs,
      subject: "",
      value: 0,
      file: null,
      options: [],
      subjects: [],
    }));
    const at_start = older.length <= 5;
    this.#send(messages.Page.make({ ref: this.#ref, before, events, at_start }));
  }

  #event({ ts_ms, ...stored }: Stored): messages.Event {
    const dt_ms = ts_ms - this.#server.openedMs;
    return messages.Event.make({ ref: this.#ref, ...stored, dt_ms });
  }

  #row(): void {
    const { log } = this.#server;
    const times = {
      opened_ms: this.#server.openedMs,
      last_ms: 0,
      last_seq: this.#server.visible.at(-1)?.seq ?? 0,
    };
    const names = { conversation: CONVERSATION, visitor: VISITOR };
    const row = { ref: this.#ref, version: log.length, status: 2, ...names, ...times };
    this.#send(messages.Row.make(row));
  }

  #beatLater(): void {
    this.#server.clock.after(limits.BEAT_MS, () => {
      if (!this.#open) return;
      if (this.#welcome) this.#beat();
      this.#beatLater();
    });
  }

  #beat(): void {
    const seq = this.#server.visible.at(-1)?.seq ?? 0;
    this.#row();
    const heads = [{ ref: this.#ref, seq, version: this.#server.log.length }];
    this.#send(messages.Beat.make({ server_ms: this.#server.clock.nowMs(), heads }));
  }

  #countArrival(): void {
    const now = this.#server.clock.nowMs();
    this.#arrivals = this.#arrivals.filter((ms) => ms > now - limits.RATE_WINDOW_MS);
    this.#arrivals.push(now);
    if (this.#arrivals.length > limits.MESSAGES_PER_WINDOW_MAX) {
      this.#server.violations.push("too many messages in a window");
    }
  }

  #fail(number: number, retry_ms: number): void {
    this.#send(messages.Failure.make({ number, text: "", retry_ms }));
    this.hangUp(number);
  }

  #send(message: ServerMessage): void {
    if (this.#open) this.#wire.send(BINARY.encode(message));
  }
}
