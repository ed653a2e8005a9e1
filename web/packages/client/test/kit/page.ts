import {
  Connection,
  Draft,
  Mint,
  Thread,
  type Answer,
  type Clock,
  type ConnectionState,
  type OpenTransport,
} from "@airdesk/client";
import { BINARY, messages, type Happening, type Id } from "@airdesk/protocol";
import type { Device, TabPlaces } from "./device.ts";
import type { SeededRandom } from "./random.ts";
import { CONVERSATION, VISITOR } from "./server.ts";

/** What a page needs of its world. */
export interface PageWorld {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly device: Device;
  readonly open: OpenTransport;
}

/** A loaded visitor's page without a screen: what it would show is in `thread`. */
export class FakePage {
  readonly thread = new Thread();
  readonly answers: Answer[] = [];
  readonly happenings: Happening[] = [];
  readonly states: ConnectionState[] = [];
  readonly places: TabPlaces;
  readonly connection: Connection;
  readonly mint: Mint;
  renewals: { readonly refused: string; readonly number: number }[] = [];
  nextToken: string | null = "second";
  #fuse = Infinity;
  readonly #world: PageWorld;

  constructor(world: PageWorld) {
    this.#world = world;
    this.places = world.device.openTab();
    this.places.effect = () => this.#burn();
    this.mint = new Mint(world.clock, world.random);
    const { clock, random } = world;
    const id = this.mint.id();
    this.connection = new Connection(
      {
        encoding: BINARY,
        token: "first",
        identity: VISITOR,
        device: VISITOR,
        instance: id,
        open: this.#open,
        clock,
        random,
        places: () => this.places,
        signals: this.places,
        renewToken: (refused, number) => {
          this.renewals.push({ refused, number });
          return Promise.resolve(this.nextToken);
        },
      },
      {
        stateChanged: (state) => this.states.push(state),
        happened: (happening) => this.#happened(happening),
        answered: (answer) => {
          this.answers.push(answer);
          this.thread.answered(answer);
        },
        pendingChanged: () => this.showPending(),
      },
    );
    this.showPending();
  }

  get alive(): boolean {
    return this.places.alive;
  }

  /** The tab dies after that many effects on the world outside. */
  lightFuse(effects: number): void {
    this.#fuse = effects;
  }

  /** The tab is gone: nothing of it reaches the world any more. */
  die(): void {
    if (!this.alive) return;
    this.#world.device.closeTab(this.places);
    this.connection.stop();
  }

  /** Write a message and send it; the operation id. */
  say(text: string, clicks = 1): Id {
    const draft = new Draft(this.mint);
    draft.edit(text);
    const written = draft.take();
    if (written === null) throw new Error("nothing to say");
    const command = messages.Send.make({ op: written.op, where: 0, text: written.text });
    for (let click = 0; click < clicks; click += 1) this.connection.submit(command);
    return written.op;
  }

  showPending(): void {
    this.thread.setPending((this.connection as Connection | undefined)?.pending ?? []);
  }

  readonly #open: OpenTransport = (subprotocol, handlers) => {
    const guard = (call: () => void) => {
      if (this.alive) call();
    };
    const link = this.#world.open(subprotocol, {
      opened: () => guard(() => handlers.opened()),
      received: (payload) => guard(() => handlers.received(payload)),
      closed: (code) => guard(() => handlers.closed(code)),
    });
    return {
      send: (payload) => {
        this.#burn();
        if (this.alive) link.send(payload);
      },
      close: (code) => link.close(code),
    };
  };

  #burn(): void {
    if (this.#fuse === 0) this.die();
    this.#fuse -= 1;
  }

  #happened(happening: Happening): void {
    this.happenings.push(happening);
    if (happening.happening === "row_changed") {
      const { opened_ms: openedMs } = happening.row;
      this.thread.frame = { openedMs, serverAheadMs: 0, ownAuthor: 0 };
    }
    if (happening.happening === "view_reset") this.thread.reset();
    if (happening.happening === "event_arrived") this.thread.add(happening.event);
    if (happening.happening === "other_side" && happening.message.type === "page") {
      this.thread.prepend(happening.message);
    }
    if (happening.happening === "event_arrived" && this.#world.random.chance(0.3)) {
      this.connection.read(CONVERSATION, happening.event.seq);
    }
  }
}
