import type { OpenTransport, Transport, TransportHandlers } from "@airdesk/client";
import type { Payload } from "@airdesk/protocol";
import type { VirtualClock } from "./clock.ts";
import type { SeededRandom } from "./random.ts";

/** The server's end of a connection. */
export interface Peer {
  received(payload: Payload): void;
  closed(): void;
}

/** What the server uses to answer. */
export interface Wire {
  send(payload: Payload): void;
  close(code: number): void;
}

/** Takes connections; null while it is down. */
export type Accept = (wire: Wire) => Peer | null;

const LATENCY_MS_MAX = 300;

/** One connection: two directions, each in order and late, until it breaks. */
export class Link implements Transport {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #handlers: TransportHandlers;
  #peer: Peer | null = null;
  #upMs = 0;
  #downMs = 0;
  /** The client's end is open as far as the client knows. */
  #clientOpen = true;
  #serverOpen = true;
  /** Nothing passes any more and nobody is told. */
  #dead = false;

  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    accept: Accept,
    handlers: TransportHandlers,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#handlers = handlers;
    this.#later("up", () => this.#open(accept));
  }

  /** Client to server. */
  send(payload: Payload): void {
    if (this.#dead) return;
    this.#later("up", () => {
      if (this.#serverOpen && !this.#dead) this.#peer?.received(payload);
    });
  }

  /** The client hangs up; what it sent before may still arrive. */
  close(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    if (this.#random.chance(0.3)) this.#dead = true;
    this.#later("up", () => this.#endServer());
  }

  /** The path breaks; some of what is under way is lost, and both ends are told. */
  sever(): void {
    this.close();
    this.#handlers.closed(1006);
  }

  /** The path dies and nobody is told. */
  starve(): void {
    this.#dead = true;
  }

  /** True while both ends believe in it. */
  get alive(): boolean {
    return this.#clientOpen && this.#serverOpen;
  }

  #open(accept: Accept): void {
    const peer = this.#dead
      ? null
      : accept({
          send: (payload) => this.#down(() => this.#handlers.received(payload)),
          close: (code) => {
            this.#serverOpen = false;
            this.#down(() => this.#endClient(code));
          },
        });
    if (peer === null) return this.#down(() => this.#endClient(1006));
    this.#peer = peer;
    this.#down(() => this.#handlers.opened());
  }

  #down(deliver: () => void): void {
    this.#later("down", () => {
      if (this.#clientOpen && !this.#dead) deliver();
    });
  }

  #endClient(code: number): void {
    this.#clientOpen = false;
    this.#handlers.closed(code);
  }

  #endServer(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#peer?.closed();
  }

  #later(direction: "up" | "down", deliver: () => void): void {
    const soonest = this.#clock.nowMs() + this.#random.below(LATENCY_MS_MAX);
    const at = Math.max(soonest, direction === "up" ? this.#upMs : this.#downMs);
    if (direction === "up") this.#upMs = at;
    else this.#downMs = at;
    this.#clock.after(at - this.#clock.nowMs(), deliver);
  }
}

/** Opens links and remembers them, so that a test can break them. */
export class Network {
  readonly links: Link[] = [];
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #accept: Accept;

  constructor(clock: VirtualClock, random: SeededRandom, accept: Accept) {
    this.#clock = clock;
    this.#random = random;
    this.#accept = accept;
  }

  readonly open: OpenTransport = (_subprotocol, handlers) => {
    const link = new Link(this.#clock, this.#random, this.#accept, handlers);
    this.links.push(link);
    return link;
  };
}
