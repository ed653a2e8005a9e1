import {
  ClientSession,
  Outbox,
  PeerError,
  isAccessFault,
  isPeerFault,
  limits as wire,
  type CommandMessage,
  type Encoding,
  type Happening,
  type Id,
  type Payload,
} from "@airdesk/protocol";
import { BackOff } from "./back_off.ts";
import type { Clock } from "./clock.ts";
import { DeviceOutbox, type Answer, type OutboxPlaces } from "./device_outbox.ts";
import {
  CONNECT_MS_MAX,
  RECEIPTS_MS,
  REVIEW_MS,
  STEADY_MS,
  TICK_MS,
  WAKE_GAP_MS,
} from "./limits.ts";
import type { StoredCommand } from "./outbox_store.ts";
import type { PageSignals } from "./page_signals.ts";
import type { RandomSource } from "./random.ts";
import type { OpenTransport, Transport } from "./transport.ts";

/**
 * Where a connection stands, in words for a person: live; connecting; offline until the next try;
 * ended, and no try will follow by itself.
 */
export type ConnectionState =
  | { readonly name: "live" }
  | { readonly name: "connecting" }
  | { readonly name: "offline"; readonly retryAtMs: number }
  | { readonly name: "ended"; readonly number: number; readonly text: string };

/** What a connection tells the page. */
export interface ConnectionListener {
  /** The state is another. */
  stateChanged(state: ConnectionState): void;
  /** Something happened, in order. */
  happened(happening: Happening): void;
  /** A command was answered, here or in another tab. */
  answered(answer: Answer): void;
  /** `pending` or `overdue` is another. */
  pendingChanged(): void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  readonly encoding: Encoding;
  readonly token: string;
  /** Whom the token belongs to, where that is known from before; otherwise Welcome tells it. */
  readonly identity: Id | null;
  readonly device: Id;
  readonly instance: Id;
  readonly open: OpenTransport;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Where the outbox of an identity lies, so that another person's commands stay untouched. */
  readonly places: (identity: Id) => OutboxPlaces;
  readonly signals: PageSignals;
  /** Get another token, as the server refused the present one; null if there is none. */
  readonly renewToken: (refused: string, number: number) => Promise<string | null>;
}

/** Close code of a client that hangs up by itself. */
const GOING_AWAY = 1000;
/** Close code for a connection that says nothing any more. */
const SILENT = 4500;

/**
 * A session over any number of sockets: it connects, notices death, connects again, and never
 * gives up unless the server says that it should.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #listener: ConnectionListener;
  readonly #session: ClientSession;
  #outbox: DeviceOutbox | null = null;
  #identity: Id | null = null;
  readonly #backOff: BackOff;
  #state: ConnectionState = { name: "connecting" };
  #transport: Transport | null = null;
  #stops: (() => void)[] = [];
  #cancelRetry: (() => void) | null = null;
  #cancelTick: (() => void) | null = null;
  #running = false;
  #startedMs = 0;
  #liveMs = 0;
  #lastByteMs = 0;
  #lastTickMs = 0;
  #receiptsMs = 0;
  #reviewMs = 0;
  #overdue = false;

  constructor(parts: ConnectionParts, listener: ConnectionListener) {
    this.#parts = parts;
    this.#listener = listener;
    const { encoding, token, device, instance, random } = parts;
    this.#session = new ClientSession({ encoding, token, device, instance, outbox: new Outbox() });
    this.#backOff = new BackOff(() => random.unit());
    if (parts.identity !== null) this.#become(parts.identity);
  }

  /** Where it stands. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** The commands of this device that have no answer yet, oldest first. */
  get pending(): readonly StoredCommand[] {
    return this.#outbox?.pending ?? [];
  }

  /**
   * True if the connection lives and yet no command has been answered for long: the server cannot
   * store anything now. The commands stay, and are sent until it can.
   */
  get overdue(): boolean {
    return this.#overdue;
  }

  /** True while this tab sends for the device. */
  get draining(): boolean {
    return this.#outbox?.draining ?? false;
  }

  /** Whose connection it is; null until the first Welcome of a new identity. */
  get identity(): Id | null {
    return this.#identity;
  }

  /** The last event held of a conversation, 0 for none. */
  heldSeq(conversation: Id): number {
    return this.#session.views.get(conversation)?.lastSeq ?? 0;
  }

  /** The page has a conversation's events up to `seq` from elsewhere; only before `start`. */
  hold(conversation: Id, seq: number): void {
    this.#session.hold(conversation, seq);
  }

  /** Connect, and stay connected. Also after the end, when a person wants to try again. */
  start(): void {
    if (!this.#running) {
      this.#running = true;
      this.#lastTickMs = this.#parts.clock.nowMs();
      this.#tickLater();
      this.#stops = [this.#watchSignals()];
    }
    if (this.#transport === null) this.#connect();
  }

  /** Hang up for good. */
  stop(): void {
    this.#running = false;
    for (const stop of this.#stops) stop();
    this.#cancelTick?.();
    this.#cancelRetry?.();
    this.#drop(GOING_AWAY);
    this.#outbox?.stop();
  }

  // Wishes -----------------------------------------------------------------------------------

  /**
   * Do it, once, as soon as there is a connection; a reload does not lose it.
   *
   * @throws RangeError - the identity is not known yet, or the command cannot be sent.
   */
  submit(command: CommandMessage): void {
    if (this.#outbox === null) throw new RangeError("no command before the first welcome");
    this.#outbox.submit(command);
  }

  /** Show a conversation. */
  follow(conversation: Id): void {
    this.#session.follow(conversation);
    this.#flush();
  }

  /** Show it no longer. */
  unfollow(conversation: Id): void {
    this.#session.unfollow(conversation);
    this.#flush();
  }

  /** Ask for a page of older events. */
  history(conversation: Id, before: number): void {
    this.#session.history(conversation, before);
    this.#flush();
  }

  /** Tell the other side that the person types, and of a visitor what stands there so far. */
  typing(conversation: Id, on: boolean, text = ""): void {
    this.#session.typing(conversation, on, text);
    this.#flush();
  }

  /**
   * The person of the staff looks at this conversation now, null for none. Who never says it hears
   * neither of others who look nor of mentions.
   */
  view(conversation: Id | null): void {
    this.#session.view(conversation);
    this.#flush();
  }

  /** The person has seen everything up to `seq`. */
  read(conversation: Id, seq: number): void {
    this.#session.read(conversation, seq);
    this.#sendReceipts();
  }

  // The socket -------------------------------------------------------------------------------

  #connect(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#startedMs = this.#lastByteMs = this.#parts.clock.nowMs();
    this.#liveMs = 0;
    this.#enter({ name: "connecting" });
    this.#transport = this.#parts.open(this.#parts.encoding.subprotocol, {
      opened: () => this.#opened(),
      received: (payload) => this.#received(payload),
      closed: (code) => this.#failed(code, "", 0),
    });
  }

  #opened(): void {
    this.#lastByteMs = this.#parts.clock.nowMs();
    this.#session.connected();
    this.#flush();
  }

  #received(payload: Payload): void {
    this.#lastByteMs = this.#parts.clock.nowMs();
    try {
      this.#session.receive(payload);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      // Ours may be the fault of a broken proxy: try again, with pauses.
      this.#drop(error.number);
      return this.#retry(this.#backOff.nextMs());
    }
    this.#flush();
    for (const happening of this.#session.takeHappenings()) this.#dispatch(happening);
    this.#sendReceipts();
  }

  #dispatch(happening: Happening): void {
    this.#listener.happened(happening);
    if (this.#transport === null) return; // The page hung up.
    switch (happening.happening) {
      case "welcomed":
        this.#liveMs = this.#parts.clock.nowMs();
        this.#enter({ name: "live" });
        this.#become(happening.welcome.you);
        return this.#outbox?.live();
      case "command_done":
      case "command_refused":
        return this.#outbox?.settle(happening);
      case "ended":
        return this.#failed(happening.number, happening.text, happening.retry_ms);
      default:
    }
  }

  /** Take up the outbox of this identity. */
  #become(identity: Id): void {
    if (identity === this.#identity) return;
    this.#outbox?.stop();
    this.#identity = identity;
    this.#outbox = new DeviceOutbox({
      clock: this.#parts.clock,
      places: this.#parts.places(identity),
      session: this.#session,
      flush: () => this.#flush(),
      answered: (answer) => this.#listener.answered(answer),
      changed: () => this.#listener.pendingChanged(),
    });
    this.#listener.pendingChanged();
  }

  #flush(): void {
    const outgoing = this.#session.takeOutgoing();
    for (const payload of outgoing) this.#transport?.send(payload);
  }

  #sendReceipts(): void {
    const now = this.#parts.clock.nowMs();
    if (now - this.#receiptsMs < RECEIPTS_MS) return;
    this.#receiptsMs = now;
    this.#session.flushReceipts();
    this.#flush();
  }

  // Its end ----------------------------------------------------------------------------------

  /** The socket closed, or the server said why it will. */
  #failed(number: number, text: string, retryMs: number): void {
    this.#drop(GOING_AWAY);
    if (isAccessFault(number)) return this.#askForToken(number, text);
    if (isPeerFault(number)) return this.#enter({ name: "ended", number, text });
    this.#retry(Math.max(retryMs, this.#backOff.nextMs()));
  }

  /** Let the socket go; what was held stays. */
  #drop(code: number): void {
    this.#transport?.close(code);
    this.#transport = null;
    const now = this.#parts.clock.nowMs();
    if (this.#liveMs !== 0 && now - this.#liveMs >= STEADY_MS) this.#backOff.reset();
    this.#liveMs = 0;
    this.#session.disconnected();
    this.#outbox?.lost();
  }

  #retry(pauseMs: number): void {
    if (!this.#running) return;
    this.#enter({ name: "offline", retryAtMs: this.#parts.clock.nowMs() + pauseMs });
    this.#cancelRetry?.();
    this.#cancelRetry = this.#parts.clock.after(pauseMs, () => this.#connect());
  }

  #askForToken(number: number, text: string): void {
    const refused = this.#session.token;
    this.#enter({ name: "ended", number, text });
    this.#parts.renewToken(refused, number).then(
      (token) => this.#renewed(token),
      // The page could not ask; the server will say the same again after a pause.
      () => this.#retry(this.#backOff.nextMs()),
    );
  }

  #renewed(token: string | null): void {
    if (!this.#running || this.#transport !== null || token === null) return;
    this.#session.token = token;
    this.#retry(this.#backOff.nextMs());
  }

  // Time and signals -------------------------------------------------------------------------

  #tickLater(): void {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, () => {
      this.#tick();
      if (this.#running) this.#tickLater();
    });
  }

  #tick(): void {
    const now = this.#parts.clock.nowMs();
    const late = now - this.#lastTickMs - TICK_MS;
    this.#lastTickMs = now;
    // Timers of a hidden page are late without any sleep.
    if (late > WAKE_GAP_MS && !this.#parts.signals.hidden) this.#awake();
    else this.#checkLife();
    this.#sendReceipts();
    this.#checkOverdue();
    if (now - this.#reviewMs < REVIEW_MS || this.pending.length === 0) return;
    this.#reviewMs = now;
    this.#outbox?.review();
  }

  #checkOverdue(): void {
    const overdue = this.#state.name === "live" && (this.#outbox?.overdue ?? false);
    if (overdue === this.#overdue) return;
    this.#overdue = overdue;
    this.#listener.pendingChanged();
  }

  #watchSignals(): () => void {
    return this.#parts.signals.watch({
      offline: () => this.#lostNetwork(),
      online: () => this.#awake(),
      visible: () => this.#awake(),
    });
  }

  /** The network is gone, so the socket is too, though nobody will say so for half a minute. */
  #lostNetwork(): void {
    if (this.#transport === null) return;
    this.#drop(SILENT);
    this.#retry(this.#backOff.nextMs());
  }

  /** The page woke up or came into sight: no pause is worth waiting for. */
  #awake(): void {
    this.#checkLife();
    if (this.#state.name === "offline") this.#connect();
  }

  #checkLife(): void {
    if (this.#transport === null) return;
    const now = this.#parts.clock.nowMs();
    const greeting = this.#liveMs === 0 && now - this.#startedMs > CONNECT_MS_MAX;
    if (!greeting && now - this.#lastByteMs <= wire.SILENCE_MS_MAX) return;
    this.#drop(SILENT);
    this.#retry(this.#backOff.nextMs());
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}
