/** Names for the ids of a conversation: agents and visitors. */

import type { Id } from "@airdesk/protocol";
import type { Api, Page } from "../api/api.ts";
import type { Agent, Contact } from "../api/entities.ts";
import { Problem } from "../api/problem.ts";

/** So many questions for names are under way at once. */
const ASKING_MAX = 4;
/** A visitor who had no name may have given one since. */
const ASK_AGAIN_MS = 30_000;
const SHORT_NAME = 4;

interface Known {
  readonly contact: Contact | null;
  readonly askedMs: number;
}

/** What is known of people; asks the server for what is not. */
export class People {
  readonly #api: Api;
  readonly #changed: () => void;
  readonly #nowMs: () => number;
  readonly #agents = new Map<Id, string>();
  readonly #contacts = new Map<Id, Known>();
  readonly #asked: Id[] = [];
  #asking = 0;
  #agentsAskedMs = -ASK_AGAIN_MS;

  constructor(api: Api, changed: () => void, nowMs: () => number) {
    this.#api = api;
    this.#changed = changed;
    this.#nowMs = nowMs;
  }

  /** All agents who have a name, by name. */
  get agents(): readonly Agent[] {
    return [...this.#agents]
      .map(([id, name]) => ({ id, name }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** An agent's name; "" if he is not known (yet). */
  agentName(agent: Id): string {
    const name = this.#agents.get(agent);
    if (name === undefined) this.#askForAgents();
    return name ?? "";
  }

  /** Who a visitor is; null if he has not said, or it is not known yet. */
  contact(visitor: Id): Contact | null {
    const known = this.#contacts.get(visitor);
    const isOld = known === undefined || this.#nowMs() - known.askedMs > ASK_AGAIN_MS;
    if (isOld && !known?.contact?.name) this.refresh(visitor);
    return known?.contact ?? null;
  }

  /** What a visitor is called: his name, else his e-mail, else "". */
  visitorName(visitor: Id): string {
    const contact = this.contact(visitor);
    return contact?.name || contact?.email || "";
  }

  /** Ask who a visitor is. */
  refresh(visitor: Id): void {
    if (visitor === "" || this.#asked.includes(visitor)) return;
    this.#contacts.set(visitor, {
      contact: this.#contacts.get(visitor)?.contact ?? null,
      askedMs: this.#nowMs(),
    });
    this.#asked.push(visitor);
    this.#askNext();
  }

  /** Somebody changed a contact, or found one. */
  learn(contact: Contact): void {
    for (const visitor of contact.visitor_ids) {
      this.#contacts.set(visitor, { contact, askedMs: this.#nowMs() });
    }
    this.#changed();
  }

  #askForAgents(): void {
    if (this.#nowMs() - this.#agentsAskedMs < ASK_AGAIN_MS) return;
    this.#agentsAskedMs = this.#nowMs();
    this.#api.all<Agent>("/api/v1/agents").then((agents) => {
      for (const { id, name } of agents) this.#agents.set(id, name);
      this.#changed();
    }, passOver);
  }

  #askNext(): void {
    const visitor = this.#asked[0];
    if (visitor === undefined || this.#asking >= ASKING_MAX) return;
    this.#asked.shift();
    this.#asking += 1;
    this.#api
      .get<Page<Contact>>("/api/v1/contacts", { visitor_id: visitor })
      .then(({ items }) => {
        const [contact] = items;
        if (contact !== undefined) this.learn({ ...contact, visitor_ids: [visitor] });
      }, passOver)
      .finally(() => {
        this.#asking -= 1;
        this.#askNext();
      });
    this.#askNext();
  }
}

/** The end of an id, by which people tell visitors without a name apart. */
export function shortName(id: Id): string {
  return id.slice(-SHORT_NAME).toUpperCase();
}

/** A name is no more than a comfort: without it the conversation goes on. */
function passOver(thrown: unknown): void {
  if (!(thrown instanceof Problem)) throw thrown;
}
