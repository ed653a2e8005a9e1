import type { Thread, ThreadEvent } from "@airdesk/client";
import type { Id } from "@airdesk/protocol";
import {
  bareLine,
  ownLines,
  withDays,
  type BareLine,
  type Line,
  type LineContext,
} from "./lines.ts";

/** What the lines of one thread were made of. */
interface Made {
  readonly key: string;
  firstSeq: number;
  lastSeq: number;
  count: number;
  bare: WeakMap<ThreadEvent, { readonly line: BareLine | null }>;
  last: BareLine | null;
  /** The lines of the events; what is on its way is not among them. */
  events: readonly Line[];
  own: string;
  all: readonly Line[];
}

/**
 * The lines of threads, kept from one drawing to the next: a new message costs one line, however
 * long the conversation is, and what did not change is the same array.
 */
export class ThreadLines {
  readonly #made = new Map<Id, Made>();

  /** The lines of a thread. */
  of(thread: Thread, context: LineContext): readonly Line[] {
    const made = this.#current(thread, context);
    const own = thread.own.map(({ op, accepted }) => op + String(accepted)).join();
    if (own !== made.own) {
      made.own = own;
      made.all = own === "" ? made.events : [...made.events, ...ownLines(thread, context)];
    }
    return made.all;
  }

  /** Forget a thread. */
  forget(conversation: Id): void {
    this.#made.delete(conversation);
  }

  #current(thread: Thread, context: LineContext): Made {
    const { openedMs, serverAheadMs, ownAuthor } = thread.frame;
    const key = [openedMs, serverAheadMs, ownAuthor, context.visitor, ...context.participants];
    let made = this.#made.get(context.conversation);
    if (made === undefined || made.key !== key.join()) {
      made = fresh(key.join());
      this.#made.set(context.conversation, made);
    }
    const { events } = thread;
    const isSame =
      made.count === events.length &&
      made.firstSeq === thread.firstSeq &&
      made.lastSeq === thread.lastSeq;
    if (isSame) return made;
    const isLonger =
      made.count > 0 &&
      made.firstSeq === thread.firstSeq &&
      events[made.count - 1]?.seq === made.lastSeq;
    const begin = isLonger ? made.count : 0;
    const bare = events.slice(begin).flatMap((event) => this.#bare(made, thread, event, context));
    const lines = withDays(bare, isLonger ? made.last : null);
    made.events = isLonger ? [...made.events, ...lines] : lines;
    made.last = bare.at(-1) ?? (isLonger ? made.last : null);
    made.count = events.length;
    made.firstSeq = thread.firstSeq;
    made.lastSeq = thread.lastSeq;
    // What is on its way stands behind the new lines.
    made.own = "stale";
    return made;
  }

  #bare(made: Made, thread: Thread, event: ThreadEvent, context: LineContext): BareLine[] {
    let known = made.bare.get(event);
    if (known === undefined) {
      known = { line: bareLine(thread, event, context) };
      made.bare.set(event, known);
    }
    return known.line === null ? [] : [known.line];
  }
}

function fresh(key: string): Made {
  const nothing = { count: 0, firstSeq: 0, lastSeq: 0, last: null, events: [], all: [] };
  return { key, bare: new WeakMap(), own: "stale", ...nothing };
}
