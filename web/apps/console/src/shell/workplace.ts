import type { Id } from "@airdesk/protocol";

/** What may lie over the page. */
export type OverlayName = "commands" | "help" | "transfer" | "snooze" | "labels" | "attention";

/** What the lists are narrowed to; "" for no matter. */
export interface ListFilters {
  readonly inbox: Id;
  readonly team: Id;
  readonly label: Id;
  readonly agent: Id;
}

/** No filter at all. */
export const NO_FILTERS: ListFilters = { inbox: "", team: "", label: "", agent: "" };

/** What is arranged how on this page: what lies over it, filters, the search, the side panel. */
export interface Arrangement {
  readonly overlay: OverlayName | null;
  readonly filters: ListFilters;
  /** What is searched for; null while nobody searches. */
  readonly search: string | null;
  readonly showsContact: boolean;
  /** The conversations of the open list, in the order on the screen. */
  readonly listed: readonly Id[];
  /** The conversations that are marked, to do something with all of them. */
  readonly selected: readonly Id[];
  /** What was resolved a moment ago and may be taken back. */
  readonly resolved: readonly Id[];
  /** Single keys do things while nobody writes. */
  readonly hasSingleKeys: boolean;
}

const CONTACT = "airdesk.console.contact";
const SINGLE_KEYS = "airdesk.console.keys";
/** On a screen of this width there is room for the contact beside the conversation. */
const ROOMY = "(width >= 1180px)";

/** Holds the arrangement, and tells of changes. */
export class Workplace {
  #now: Arrangement;
  readonly #storage: Storage | null;
  readonly #listeners = new Set<() => void>();

  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#now = {
      overlay: null,
      filters: NO_FILTERS,
      search: null,
      showsContact: storage?.getItem(CONTACT) !== "no" && matchMedia(ROOMY).matches,
      listed: [],
      selected: [],
      resolved: [],
      hasSingleKeys: storage?.getItem(SINGLE_KEYS) !== "no",
    };
  }

  /** How it is now; the same object while nothing changed. */
  get now(): Arrangement {
    return this.#now;
  }

  /** Change a part of it. */
  set(part: Partial<Arrangement>): void {
    this.#now = { ...this.#now, ...part };
    for (const listener of this.#listeners) listener();
  }

  /** Show the contact beside the conversation, or not. On a wide screen the choice is kept. */
  toggleContact(): void {
    const showsContact = !this.#now.showsContact;
    this.set({ showsContact });
    if (matchMedia(ROOMY).matches) this.#keep(CONTACT, showsContact);
  }

  /** Mark a conversation, or take the mark away. */
  toggleSelected(conversation: Id): void {
    const { selected } = this.#now;
    const isMarked = selected.includes(conversation);
    this.set({
      selected: isMarked
        ? selected.filter((one) => one !== conversation)
        : [...selected, conversation],
    });
  }

  /** Let single keys do things, or not. */
  useSingleKeys(on: boolean): void {
    this.set({ hasSingleKeys: on });
    this.#keep(SINGLE_KEYS, on);
  }

  /** Be told of changes. The result ends it. */
  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #keep(place: string, on: boolean): void {
    try {
      this.#storage?.setItem(place, on ? "yes" : "no");
    } catch {
      // No room: it lasts as long as the page.
    }
  }
}
