/**
 * The client's session machine: what a page does, without a page.
 *
 *                      connected()               Welcome
 *         offline ───────────────────▶ greeting ─────────▶ live
 *            ▲                            │                 │
 *            └────── disconnected() ──────┴─────────────────┤
 *                                                           ▼  Failure 40xx, 41xx
 *                                                         ended
 *
 * The same machine exists in Python (`airdesk.core.wire.client`); recorded traces in
 * `tests/vectors` are reproduced by both.
 */

import type { Encoding, Payload } from "./encodings.ts";
import { isPeerFault } from "./errors.ts";
import { EVENT_KIND } from "./events.ts";
import type { Happening } from "./happenings.ts";
import type { Id } from "./ids.ts";
import * as limits from "./limits.ts";
import * as m from "./messages.ts";
import type { Outbox } from "./outbox.ts";

/** Where the connection stands. */
export type Phase = "offline" | "greeting" | "live" | "ended";

/** What a client holds of one conversation: how far, not what (the page keeps what). */
export class View {
  readonly conversation: Id;
  ref = 0;
  row: m.Row | null = null;
  lastSeq = 0;
  readSeq = 0;
  /** A hole was seen; events are ignored until Opened comes. */
  healing = false;
  /** Opened came at least once, so lastSeq means something. */
  opened = false;
  /** The person opened it; it is followed although no list brings it. */
  wanted = false;

  constructor(conversation: Id) {
    this.conversation = conversation;
  }
}

/** What a session is made of. */
export interface SessionOptions {
  /** The encoding of the connection. */
  readonly encoding: Encoding;
  /** The credential. */
  readonly token: string;
  /** The browser profile. */
  readonly device: Id;
  /** This loaded page; a newer connection of it fences the older one. */
  readonly instance: Id;
  /** The commands without an answer. */
  readonly outbox: Outbox;
}

/**
 * One loaded page's session, over any number of connections.
 *
 * Payloads go in by `receive`; what to send and what happened are taken out. No clock, no
 * socket: the owner connects, reconnects, calls `flushReceipts` about once a second, and hangs
 * up after SILENCE_MS_MAX without a byte.
 */
export class ClientSession {
  token: string;
  readonly outbox: Outbox;
  phase: Phase = "offline";
  cursor = "";
  readonly views = new Map<Id, View>();
  readonly #encoding: Encoding;
  readonly #device: Id;
  readonly #instance: Id;
  readonly #byRef = new Map<number, View>();
  readonly #marks = new Map<Id, { delivered: number; read: number }>();
  /** Commands without an answer that were sent on this connection. */
  readonly #sent = new Set<Id>();
  #attempt = 0;
  #outgoing: Payload[] = [];
  #happenings: Happening[] = [];
  /** What the person looks at; "" for nothing, null where that is not told at all. */
  #viewing: Id | null = null;

  constructor(options: SessionOptions) {
    this.#encoding = options.encoding;
    this.token = options.token;
    this.#device = options.device;
    this.#instance = options.instance;
    this.outbox = options.outbox;
  }

  // Connection -------------------------------------------------------------------------------

  /** A socket opened: say hello. */
  connected(): void {
    this.phase = "greeting";
    const held = [...this.views.values()]
      .filter((view) => view.opened)
      .map(({ conversation, lastSeq, wanted }) => ({ conversation, seq: lastSeq, wanted }))
      .slice(0, limits.HELD_CONVERSATIONS_MAX);
    this.#attempt += 1;
    this.#send(
      m.Hello.make({
        token: this.token,
        device: this.#device,
        instance: this.#instance,
        attempt: this.#attempt,
        cursor: this.cursor,
        held,
      }),
    );
  }

  /** The socket is gone; everything held stays. */
  disconnected(): void {
    if (this.phase !== "ended") this.phase = "offline";
    this.#outgoing = [];
    this.#sent.clear();
    this.#byRef.clear();
    for (const view of this.views.values()) {
      view.ref = 0;
      view.healing = false;
    }
  }

  /**
   * Take one message from the server.
   *
   * @throws MalformedMessage - it is none; the owner closes the socket and reconnects.
   */
  receive(payload: Payload): void {
    this.#handle(this.#encoding.decodeServer(payload));
  }

  /** Give what has to be sent, in order. */
  takeOutgoing(): Payload[] {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    return outgoing;
  }

  /** Give what happened, in order. */
  takeHappenings(): Happening[] {
    const happenings = this.#happenings;
    this.#happenings = [];
    return happenings;
  }

  // Wishes -----------------------------------------------------------------------------------

  /** Keep a command in the outbox; it is sent when those before it were. */
  submit(command: m.CommandMessage): void {
    this.outbox.add(command);
    this.#drain();
  }

  /** Send the whole outbox again, as another tab's drain was taken over. */
  resubmit(): void {
    this.#sent.clear();
    this.#drain();
  }

  /** Show a conversation that the list does not bring by itself. */
  follow(conversation: Id): void {
    const view = this.#view(conversation);
    view.wanted = true;
    view.healing = true;
    if (this.phase === "live") this.#send(m.Follow.make({ conversation, after: view.lastSeq }));
  }

  /**
   * The page got a conversation's events up to `seq` in another way: go on behind them. Only
   * before the first connection; a view that is known already stays as it is.
   */
  hold(conversation: Id, seq: number): void {
    if (this.#attempt > 0 || this.views.has(conversation)) return;
    const view = this.#view(conversation);
    view.lastSeq = seq;
    view.opened = true;
  }

  /** Show it no longer. */
  unfollow(conversation: Id): void {
    const view = this.views.get(conversation);
    if (view === undefined) return;
    view.wanted = false;
    if (view.ref && this.phase === "live") this.#send(m.Unfollow.make({ ref: view.ref }));
  }

  /** Ask for a page of older events; without a connection nothing happens. */
  history(conversation: Id, before: number): void {
    const ref = this.#liveRef(conversation);
    if (ref) this.#send(m.History.make({ ref, before }));
  }

  /**
   * Tell the other side, a visitor with what he has typed so far; without a connection nothing
   * happens.
   */
  typing(conversation: Id, on: boolean, text = ""): void {
    const ref = this.#liveRef(conversation);
    const shown = [...text].slice(0, limits.TYPED_CHARS_MAX).join("");
    if (ref) this.#send(m.Typing.make({ ref, on, text: shown }));
  }

  /** The person looks at this conversation now, null for none; told again after a break. */
  view(conversation: Id | null): void {
    const before = this.#viewing;
    this.#viewing = conversation ?? "";
    if (this.phase !== "live" || before === this.#viewing) return;
    // Without a ref what was looked at until now ends; the other one is told once it has one.
    if (!this.#tellViewing()) this.#send(m.Viewing.make({ on: false }));
  }

  /** The person has seen everything up to `seq`; told with the next flush. */
  read(conversation: Id, seq: number): void {
    const view = this.views.get(conversation);
    if (view !== undefined && seq > view.readSeq) {
      view.readSeq = seq;
      this.#mark(view, seq);
    }
  }

  /**
   * Send what was received and read since the last flush.
   *
   * Marks above MARKS_MAX, and those of conversations without a ref yet, wait for the next.
   */
  flushReceipts(): void {
    if (this.phase !== "live" || this.#marks.size === 0) return;
    const marks: m.Mark[] = [];
    for (const [conversation, mark] of this.#marks) {
      const view = this.views.get(conversation);
      if (view === undefined) this.#marks.delete(conversation);
      else if (view.ref && marks.length < limits.MARKS_MAX) {
        marks.push({ ref: view.ref, ...mark });
        this.#marks.delete(conversation);
      }
    }
    if (marks.length) this.#send(m.Receipt.make({ marks }));
  }

  // What the server says ---------------------------------------------------------------------

  #handle(message: m.ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "failure":
        return this.#failure(message);
      case "accepted":
        return this.#accepted(message);
      case "rejected":
        return this.#rejected(message);
      case "row":
        return this.#row(message);
      case "opened":
        return this.#opened(message);
      case "event":
        return this.#event(message);
      case "receipts":
        return this.#receipts(message);
      case "somebody_typing":
      case "somebody_viewing":
      case "page":
        return this.#about(message);
      case "beat":
        return this.#beat(message);
      case "listing":
        return this.#listing(message);
      case "closed":
        return this.#closed(message);
      case "mentioned": {
        const { conversation, seq, by } = message;
        return this.#happened({ happening: "mention_arrived", conversation, seq, by });
      }
    }
  }

  #welcome(message: m.Welcome): void {
    this.phase = "live";
    if (message.reset) this.#forget();
    this.cursor = message.cursor;
    this.#happened({ happening: "welcomed", welcome: message });
    this.resubmit();
    for (const view of this.views.values()) {
      if (view.wanted && !view.opened) this.#heal(view);
    }
    if (this.#viewing !== null) this.#send(m.Viewing.make({ on: false }));
  }

  #failure(message: m.Failure): void {
    let retry_ms = message.retry_ms;
    if (isPeerFault(message.number)) {
      this.phase = "ended";
      retry_ms = -1;
    }
    const { number, text } = message;
    this.#happened({ happening: "ended", number, text, retry_ms });
  }

  #accepted(message: m.Accepted): void {
    const { op, ref } = message;
    if (this.outbox.remove(op)) {
      const conversation = this.#byRef.get(ref)?.conversation ?? null;
      this.#happened({ happening: "command_done", op, conversation, answer: message });
    }
    this.#answered(op);
  }

  #rejected({ op, number, text }: m.Rejected): void {
    if (this.outbox.remove(op)) {
      this.#happened({ happening: "command_refused", op, number, text });
    }
    this.#answered(op);
  }

  #row(message: m.Row): void {
    const view = this.#view(message.conversation);
    if (view.ref !== message.ref) {
      view.ref = message.ref;
      this.#byRef.set(message.ref, view);
      if (view.readSeq) this.#mark(view, view.readSeq);
      if (view.conversation === this.#viewing) this.#tellViewing();
    }
    if (view.row === null || message.version >= view.row.version) {
      view.row = message;
      const { conversation } = view;
      this.#happened({ happening: "row_changed", conversation, row: message });
    }
  }

  #opened(message: m.Opened): void {
    const view = this.#byRef.get(message.ref);
    if (view === undefined) return this.#send(m.Refresh.make({}));
    if (message.base !== view.lastSeq || !view.opened) {
      view.lastSeq = message.base;
      this.#happened({ happening: "view_reset", conversation: view.conversation });
    }
    view.opened = true;
    view.healing = false;
  }

  #event(message: m.Event): void {
    const view = this.#byRef.get(message.ref);
    if (view === undefined) return this.#send(m.Refresh.make({}));
    if (view.healing || message.seq <= view.lastSeq) return;
    if (message.prev !== view.lastSeq) return this.#heal(view);
    view.lastSeq = message.seq;
    const isMessage = message.kind === EVENT_KIND.message || message.kind === EVENT_KIND.note;
    if (isMessage && message.op === "") this.#mark(view, 0);
    const { conversation } = view;
    this.#happened({ happening: "event_arrived", conversation, event: message });
  }

  #receipts(message: m.Receipts): void {
    for (const mark of message.marks) {
      const conversation = this.#byRef.get(mark.ref)?.conversation;
      if (conversation === undefined) continue;
      const told = { type: "mark", mark } as const;
      this.#happened({ happening: "other_side", conversation, message: told });
    }
  }

  #about(message: m.SomebodyTyping | m.SomebodyViewing | m.Page): void {
    const conversation = this.#byRef.get(message.ref)?.conversation;
    if (conversation !== undefined) {
      this.#happened({ happening: "other_side", conversation, message });
    }
  }

  #beat(message: m.Beat): void {
    let stale = false;
    for (const head of message.heads) {
      const view = this.#byRef.get(head.ref);
      if (view === undefined || view.row === null || view.row.version < head.version) {
        stale = true;
      } else if (head.seq !== view.lastSeq && !view.healing) {
        this.#heal(view);
      }
    }
    // Stale: the cursor stays, as the rows that were missed lie between it and the beat's.
    if (stale) this.#send(m.Refresh.make({}));
    else if (message.cursor) this.cursor = message.cursor;
  }

  #listing(message: m.Listing): void {
    const mine = this.#conversations(message.mine);
    const queue = this.#conversations(message.queue);
    if (mine === null || queue === null) return this.#send(m.Refresh.make({}));
    if (message.cursor) this.cursor = message.cursor;
    this.#happened({ happening: "list_changed", mine, queue, listing: message });
  }

  #closed(message: m.Closed): void {
    const known = this.#byRef.get(message.ref);
    const asked = this.views.get(message.conversation);
    const view = known ?? (asked?.ref ? undefined : asked);
    if (view === undefined) return;
    this.#byRef.delete(message.ref);
    this.views.delete(view.conversation);
    this.#happened({ happening: "view_closed", conversation: view.conversation });
  }

  // Inside -----------------------------------------------------------------------------------

  #send(message: m.ClientMessage): void {
    this.#outgoing.push(this.#encoding.encode(message));
  }

  #happened(happening: Happening): void {
    this.#happenings.push(happening);
  }

  #view(conversation: Id): View {
    let view = this.views.get(conversation);
    if (view === undefined) {
      view = new View(conversation);
      this.views.set(conversation, view);
    }
    return view;
  }

  /** The conversation's ref, 0 if it has none or nothing can be sent. */
  #liveRef(conversation: Id): number {
    return this.phase === "live" ? (this.views.get(conversation)?.ref ?? 0) : 0;
  }

  /** Null if one of the refs is not known. */
  #conversations(refs: readonly number[]): Id[] | null {
    const views = refs.map((ref) => this.#byRef.get(ref));
    const known = views.filter((view) => view !== undefined);
    return known.length === views.length ? known.map((view) => view.conversation) : null;
  }

  /** Another history begins: only what the person opened is asked for again. */
  #forget(): void {
    const wanted = [...this.views.values()].filter((view) => view.wanted);
    this.views.clear();
    this.#byRef.clear();
    this.#marks.clear();
    for (const view of wanted) this.#view(view.conversation).wanted = true;
  }

  /** Say what the person looks at, if this connection has a ref for it. */
  #tellViewing(): boolean {
    const ref = this.#liveRef(this.#viewing ?? "");
    if (ref) this.#send(m.Viewing.make({ ref }));
    return ref !== 0;
  }

  #heal(view: View): void {
    view.healing = true;
    this.#send(m.Follow.make({ conversation: view.conversation, after: view.lastSeq }));
  }

  #mark(view: View, read: number): void {
    const known = this.#marks.get(view.conversation);
    this.#marks.set(view.conversation, {
      delivered: Math.max(view.lastSeq, known?.delivered ?? 0),
      read: Math.max(read, known?.read ?? 0),
    });
  }

  #answered(op: Id): void {
    this.#sent.delete(op);
    this.#drain();
  }

  /**
   * Send the outbox in order, a bounded number ahead of the answers. Without the bound a long
   * outbox would be cut off (4303) at every attempt, before the answers to its first commands
   * came.
   */
  #drain(): void {
    if (this.phase !== "live") return;
    for (const command of this.outbox.entries) {
      if (this.#sent.size >= limits.COMMANDS_IN_FLIGHT_MAX) return;
      if (this.#sent.has(command.op)) continue;
      this.#sent.add(command.op);
      this.#send(this.#addressed(command));
    }
  }

  /** Name the conversation by its ref where this connection has one: 17 bytes less. */
  #addressed(command: m.CommandMessage): m.CommandMessage {
    if (!("where" in command) || typeof command.where === "number") return command;
    const ref = this.views.get(command.where)?.ref;
    return ref ? { ...command, where: ref } : command;
  }
}
