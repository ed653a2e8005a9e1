import {
  isId,
  limits,
  type ClientSession,
  type CommandDone,
  type CommandMessage,
  type CommandRefused,
  type Id,
} from "@airdesk/protocol";
import type { Clock } from "./clock.ts";
import type { DrainLock } from "./drain_lock.ts";
import { ANSWERED_MAX, ANSWER_MS_MAX, COMMANDS_PER_SECOND, OVERDUE_MS } from "./limits.ts";
import {
  entryText,
  inOrder,
  isStorable,
  parseEntry,
  type OutboxStore,
  type StoredCommand,
} from "./outbox_store.ts";
import type { TabChannel } from "./tab_channel.ts";

/** How a command ended. */
export interface Answer {
  readonly op: Id;
  /** The command; null if another tab made it and this one never heard of it. */
  readonly command: CommandMessage | null;
  /** Null if it was accepted. */
  readonly refusal: { readonly number: number; readonly text: string } | null;
  /** The conversation that it concerned, where the server said so. */
  readonly conversation: Id | null;
  /** The event that it made; 0 for none. */
  readonly seq: number;
}

/** Where the tabs of a device meet over the outbox of one identity. */
export interface OutboxPlaces {
  readonly store: OutboxStore;
  readonly lock: DrainLock;
  readonly channel: TabChannel;
}

/** What an outbox needs. */
export interface DeviceOutboxParts {
  readonly clock: Clock;
  readonly places: OutboxPlaces;
  readonly session: ClientSession;
  /** Send what the session has ready. */
  readonly flush: () => void;
  /** A command was answered, in whichever tab. */
  readonly answered: (answer: Answer) => void;
  /** `pending` is another now. */
  readonly changed: () => void;
}

type Told =
  | { readonly kind: "added"; readonly entry: string }
  | { readonly kind: "answered"; readonly answer: Omit<Answer, "command"> };

/**
 * The outbox of a device, shared by its tabs; this is one tab's end of it.
 *
 * A command is written to the store before anything is sent. Only a tab that is live and holds
 * the lock sends, in order, a bounded number at a time; it gives the lock back when its
 * connection breaks. Whatever is sent twice has one operation id, so an entry that another tab
 * answered meanwhile does no harm. The session's own outbox holds just what is in flight.
 */
export class DeviceOutbox {
  readonly #parts: DeviceOutboxParts;
  readonly #entries = new Map<Id, StoredCommand>();
  /** The entries in order; null after a change. */
  #sorted: readonly StoredCommand[] | null = null;
  readonly #answered = new Set<Id>();
  /** Commands that the store had no room for. */
  readonly #unstored = new Set<Id>();
  /** Commands that the last review did not find in the store. */
  #missing = new Set<Id>();
  readonly #stops: (() => void)[];
  #release: (() => void) | null = null;
  #draining = false;
  #lastOrder = 0;
  /** When an answer was last due anew: something was answered, or the connection came. */
  #progressMs = 0;
  #allowance = limits.COMMANDS_IN_FLIGHT_MAX;
  #allowanceMs = 0;
  #cancelPump: (() => void) | null = null;

  constructor(parts: DeviceOutboxParts) {
    this.#parts = parts;
    // Others may not have heard yet what this tab sent before a reload; they must, before they
    // hear what it sends next, or they would send that first.
    for (const entry of parts.places.store.list()) {
      this.#learn(entry);
      this.#tell({ kind: "added", entry: entryText(entry) });
    }
    this.#stops = [
      parts.places.channel.listen((text) => this.#hear(text)),
      parts.places.store.watch({
        added: (entry) => this.#heardOf(entry),
        removed: (op) => this.#gone(op),
      }),
    ];
  }

  /** The commands of all tabs that have no answer yet, oldest first. */
  get pending(): readonly StoredCommand[] {
    this.#sorted ??= inOrder(this.#entries.values());
    return this.#sorted;
  }

  /** True if commands wait and none was answered for long; only of a live connection. */
  get overdue(): boolean {
    const [oldest] = this.pending;
    if (oldest === undefined) return false;
    const since = Math.max(this.#progressMs, oldest.order);
    return this.#parts.clock.nowMs() - since > OVERDUE_MS;
  }

  /** True while this tab sends for the device. */
  get draining(): boolean {
    return this.#draining;
  }

  /**
   * Keep a command and send it when it is its turn; one that was submitted before is ignored.
   *
   * @throws RangeError - the command names a ref, or is larger than a frame: it would end every
   *   connection on which it is sent. Nothing is kept.
   */
  submit(command: CommandMessage): void {
    if (this.#entries.has(command.op) || this.#answered.has(command.op)) return;
    if (!isStorable(command)) throw new RangeError("a command cannot be sent");
    const order = Math.max(this.#parts.clock.nowMs(), this.#lastOrder + 1);
    const entry = { command, order };
    if (!this.#parts.places.store.put(entry)) this.#unstored.add(command.op);
    this.#learn(entry);
    this.#tell({ kind: "added", entry: entryText(entry) });
    this.#parts.changed();
    this.#pump();
  }

  /** The session is live: this tab may drain. */
  live(): void {
    this.#progressMs = this.#parts.clock.nowMs();
    this.#release ??= this.#parts.places.lock.request(() => this.#held());
  }

  /** The connection is gone: another tab may drain. */
  lost(): void {
    this.#draining = false;
    this.#cancelPump?.();
    this.#cancelPump = null;
    this.#release?.();
    this.#release = null;
    // What was in flight stays in the store; whoever drains next sends it again.
    const { outbox } = this.#parts.session;
    for (const command of outbox.entries) outbox.remove(command.op);
  }

  /** The session got an answer to a command of this outbox. */
  settle(happening: CommandDone | CommandRefused): void {
    const { op } = happening;
    const done = happening.happening === "command_done";
    const answer = {
      op,
      refusal: done ? null : { number: happening.number, text: happening.text },
      conversation: done ? happening.conversation : null,
      seq: done ? happening.answer.seq : 0,
    };
    this.#parts.places.store.remove(op);
    this.#tell({ kind: "answered", answer });
    this.#close(answer);
    this.#pump();
  }

  /**
   * Compare with the store, now and then. A command that is twice not found there was answered by
   * a tab that died before it could say so.
   */
  review(): void {
    const stored = new Set(this.#parts.places.store.list().map(({ command }) => command.op));
    const missing = [...this.#entries.keys()].filter(
      (op) => !stored.has(op) && !this.#unstored.has(op),
    );
    const gone = missing.filter((op) => this.#missing.has(op));
    this.#missing = new Set(missing);
    // Whoever drains asks the server instead: it answers a repeat like the first time.
    if (this.#draining) return;
    for (const op of gone) this.#close({ op, refusal: null, conversation: null, seq: 0 });
  }

  /** Hear no other tab any more. */
  stop(): void {
    this.lost();
    for (const stop of this.#stops) stop();
  }

  #held(): void {
    if (this.#parts.session.phase !== "live") return;
    this.#draining = true;
    this.#allowance = limits.COMMANDS_IN_FLIGHT_MAX;
    this.#allowanceMs = this.#parts.clock.nowMs();
    let more = false;
    for (const entry of this.#parts.places.store.list()) more = this.#learn(entry) || more;
    if (more) this.#parts.changed();
    this.#pump();
  }

  /** Hand the session as many commands as may be in flight. */
  #pump(): void {
    const { session, flush } = this.#parts;
    if (!this.#draining || session.phase !== "live") return;
    this.#refill();
    for (const { command } of this.pending) {
      if (session.outbox.has(command.op)) continue;
      if (session.outbox.size >= limits.COMMANDS_IN_FLIGHT_MAX) break;
      if (this.#allowance < 1) {
        this.#pumpLater();
        break;
      }
      this.#allowance -= 1;
      session.submit(command);
    }
    flush();
  }

  #refill(): void {
    const now = this.#parts.clock.nowMs();
    const earned = (Math.max(0, now - this.#allowanceMs) / 1000) * COMMANDS_PER_SECOND;
    this.#allowance = Math.min(limits.COMMANDS_IN_FLIGHT_MAX, this.#allowance + earned);
    this.#allowanceMs = now;
  }

  #pumpLater(): void {
    this.#cancelPump ??= this.#parts.clock.after(1000 / COMMANDS_PER_SECOND, () => {
      this.#cancelPump = null;
      this.#pump();
    });
  }

  /** True if it was not known. */
  #learn(entry: StoredCommand): boolean {
    const { op } = entry.command;
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
    if (this.#entries.has(op) || this.#answered.has(op)) return false;
    this.#entries.set(op, entry);
    this.#sorted = null;
    return true;
  }

  #heardOf(entry: StoredCommand): void {
    if (!this.#learn(entry)) return;
    this.#parts.changed();
    this.#pump();
  }

  /** Another tab removed it from the store: it was answered, even if nobody says how. */
  #gone(op: Id): void {
    // The tab that removed it says on the channel how it was answered; the two race.
    this.#parts.clock.after(ANSWER_MS_MAX, () => {
      if (!this.#entries.has(op) || this.#parts.session.outbox.has(op)) return;
      this.#close({ op, refusal: null, conversation: null, seq: 0 });
    });
  }

  #close(answer: Omit<Answer, "command">): void {
    const command = this.#entries.get(answer.op)?.command ?? null;
    if (this.#answered.has(answer.op) && command === null) return;
    this.#entries.delete(answer.op);
    this.#progressMs = this.#parts.clock.nowMs();
    this.#sorted = null;
    this.#unstored.delete(answer.op);
    this.#parts.session.outbox.remove(answer.op);
    this.#remember(answer.op);
    this.#parts.answered({ ...answer, command });
    this.#parts.changed();
  }

  #remember(op: Id): void {
    this.#answered.add(op);
    if (this.#answered.size <= ANSWERED_MAX) return;
    const [oldest] = this.#answered;
    if (oldest !== undefined) this.#answered.delete(oldest);
  }

  #tell(told: Told): void {
    this.#parts.places.channel.post(JSON.stringify(told));
  }

  #hear(text: string): void {
    const told = parseTold(text);
    if (told === null) return;
    if (told.kind === "answered") return this.#close(told.answer);
    const entry = parseEntry(told.entry);
    if (entry !== null) this.#heardOf(entry);
  }
}

/** Null if it is of another version of the page. */
function parseTold(text: string): Told | null {
  const told = JSON.parse(text) as Partial<Record<string, unknown>> | null;
  if (told?.["kind"] === "added" && typeof told["entry"] === "string") return told as Told;
  const answer = told?.["answer"] as Partial<Answer> | null | undefined;
  if (told?.["kind"] !== "answered" || typeof answer?.op !== "string") return null;
  return isId(answer.op) && typeof answer.seq === "number" ? (told as Told) : null;
}
