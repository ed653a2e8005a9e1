/** The widget's part of the REST API. */

import { systemMint } from "@airdesk/client";
import type { Id, messages } from "@airdesk/protocol";
import type { Attributes, HostIdentity, PageView } from "../../shared/bridge.ts";
import type { Inbox } from "../inbox.ts";

/** An agent, as visitors see him. */
export interface Agent {
  readonly id: Id;
  readonly name: string;
}

/** What is known of the visitor. */
export interface Contact {
  readonly name: string;
  readonly email: string;
  /** As he told it in this page; the server tells it to staff alone. */
  readonly phone: string;
}

/** Whether somebody is there. */
export interface Presence {
  /** How many agents are online. */
  readonly online: number;
  readonly waiting: number;
}

/** A file as REST names it, whose id is called as on the socket or as everywhere else. */
type BootFile = Omit<messages.File, "file"> & { readonly file?: Id; readonly id?: Id };
/** An event as JSON has it: fields that have their default may be missing. */
export type BootEvent = Pick<messages.PageEvent, "seq" | "prev" | "dt_ms" | "kind"> &
  Partial<Omit<messages.PageEvent, "file">> & { readonly file?: BootFile | null };
/** A row as JSON has it: fields that have their default may be missing. */
export type BootRow = Partial<messages.Row> &
  Pick<messages.Row, "conversation" | "opened_ms" | "version" | "status" | "last_seq" | "visitor">;

/** The answer to boot: all that the first picture needs. */
export interface Boot extends Presence {
  readonly token: string;
  readonly visitor_id: Id;
  readonly inbox: Partial<Inbox>;
  readonly contact: Partial<Contact> | null;
  readonly agents: readonly Agent[];
  readonly conversation: BootRow | null;
  readonly events: readonly BootEvent[];
  readonly at_start: boolean;
  /** Questions to offer before the first message, by language. */
  readonly suggestions?: Suggestions;
}

/** Questions that the bot can be asked, by the language of the page. */
export type Suggestions = Readonly<Record<"zh" | "en", readonly string[]>>;

/** What is told at boot. */
export interface BootWish {
  readonly inbox: string;
  readonly token: string;
  readonly identity: HostIdentity | null;
  readonly language: string;
}

/** The server said no. */
export class Refused extends Error {
  readonly status: number;
  readonly number: number;

  constructor(status: number, number: number) {
    super(`the server refused: ${status}`);
    this.status = status;
    this.number = number;
  }

  /** True if the same question will get the same answer. */
  get isFinal(): boolean {
    return this.status < 500 && this.status !== 429 && this.status !== 408;
  }
}

/** Attributes are texts on the server; none is the empty one. */
function texts(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, String(value ?? "")]),
  );
}

/** An answer that takes longer does not come. */
const ANSWER_MS_MAX = 10_000;

/** Speaks to `/api/widget` as one visitor. */
export class WidgetApi {
  token = "";

  /** @throws Refused - the server said no; TypeError or DOMException - there was no answer. */
  async boot({ inbox, token, identity, language }: BootWish): Promise<Boot> {
    const identify = identity && {
      user_id: identity.userId,
      hmac: identity.hmac,
      ...(identity.name !== undefined && { name: identity.name }),
      ...(identity.email !== undefined && { email: identity.email }),
      ...(identity.attributes !== undefined && { attributes: texts(identity.attributes) }),
    };
    const wish = {
      ...(inbox && { inbox }),
      ...(token && { token }),
      ...(identify && { identify }),
      language,
    };
    return this.#ask("POST", "boot", wish, "");
  }

  /** What everybody may know of an inbox: how it looks. */
  async config(inbox: string): Promise<Partial<Inbox>> {
    return this.#ask("GET", `config?inbox=${encodeURIComponent(inbox)}`, undefined, "");
  }

  /** Tell who the visitor is. */
  async contact(told: Partial<Contact> & { attributes?: Attributes }): Promise<void> {
    const { attributes, ...rest } = told;
    await this.#ask("POST", "contact", {
      ...rest,
      ...(attributes && { attributes: texts(attributes) }),
    });
  }

  /** Tell which pages the visitor looked at. */
  async pages(views: readonly PageView[]): Promise<void> {
    await this.#ask("POST", "pages", { views });
  }

  /** Ask whether somebody is there. */
  presence(): Promise<Presence> {
    return this.#ask("GET", "presence");
  }

  /** Ask for the names of the agents. */
  async agents(): Promise<readonly Agent[]> {
    const told = await this.#ask<readonly Agent[] | { items: readonly Agent[] }>("GET", "agents");
    return "items" in told ? told.items : told;
  }

  /** Get a file's bytes. Only with the token; so it cannot be an address in the page. */
  async file(id: Id): Promise<Blob> {
    const answer = await fetch(`/api/widget/files/${id}`, { headers: this.#headers(this.token) });
    if (!answer.ok) throw new Refused(answer.status, 0);
    return answer.blob();
  }

  async #ask<T>(method: string, what: string, body?: object, token = this.token): Promise<T> {
    const answer = await fetch(`/api/widget/${what}`, {
      method,
      headers: {
        ...this.#headers(token),
        ...(body && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": systemMint.id() }),
      },
      ...(body && { body: JSON.stringify(body) }),
      credentials: "omit",
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (!answer.ok) {
      const problem = (await answer.json().catch(() => ({}))) as { number?: number };
      throw new Refused(answer.status, problem.number ?? 0);
    }
    return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  }

  #headers(token: string): Record<string, string> {
    return token ? { authorization: `Bearer ${token}` } : {};
  }
}
