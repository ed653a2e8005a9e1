import { BackOff, storageOf, systemRandom } from "@airdesk/client";
import { isId, type Id } from "@airdesk/protocol";

/** What a device remembers of a visitor at an inbox. */
export interface KnownVisitor {
  readonly token: string;
  /** Who the token stands for, once a server has said so. */
  readonly identity: Id | null;
}

/** Gets and keeps the visitor's credential. */
export class VisitorToken {
  readonly #inbox: string;
  readonly #place: string;

  /** @param inbox - the inbox id of the address, "" for the first one. */
  constructor(inbox: string) {
    this.#inbox = inbox;
    this.#place = `airdesk.visitor.${inbox}`;
  }

  /** What is remembered, or else a new visitor; tries until the server answers. */
  async get(failing: (retryAtMs: number) => void): Promise<KnownVisitor> {
    const backOff = new BackOff(() => systemRandom.unit());
    for (;;) {
      const known = this.#read();
      if (known !== null) return known;
      try {
        return await this.#alone(async () => this.#read() ?? (await this.#ask("")));
      } catch {
        const pause = backOff.nextMs();
        failing(Date.now() + pause);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** The server refused a token: another one, for the same visitor if it can be. */
  async renew(refused: string): Promise<string> {
    const { token } = await this.#alone(async () => {
      const known = this.#read();
      return known !== null && known.token !== refused ? known : await this.#ask(refused);
    });
    return token;
  }

  /** The server said who the visitor is. */
  remember(identity: Id): void {
    const known = this.#read();
    if (known !== null && known.identity !== identity) this.#write({ ...known, identity });
  }

  async #ask(old: string): Promise<KnownVisitor> {
    const wish = { ...(old && { token: old }), ...(this.#inbox && { inbox: this.#inbox }) };
    const answer = await fetch("/api/visitor-token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wish),
    });
    if (!answer.ok) throw new Error(`the server gave no token: ${answer.status}`);
    const { token } = (await answer.json()) as { token: string };
    const known = { token, identity: null };
    this.#write(known);
    return known;
  }

  /** Two tabs that open at the same moment must become one visitor. */
  #alone<T>(ask: () => Promise<T>): Promise<T> {
    const locks = (navigator as Partial<Navigator>).locks;
    return locks === undefined ? ask() : locks.request(this.#place, ask);
  }

  #read(): KnownVisitor | null {
    const text = storageOf("localStorage")?.getItem(this.#place);
    if (!text) return null;
    try {
      const { token, identity } = JSON.parse(text) as Partial<KnownVisitor>;
      if (typeof token !== "string") return null;
      return { token, identity: typeof identity === "string" && isId(identity) ? identity : null };
    } catch {
      return null; // Not ours, or of another version: begin anew.
    }
  }

  #write(known: KnownVisitor): void {
    try {
      storageOf("localStorage")?.setItem(this.#place, JSON.stringify(known));
    } catch {
      // No room: the visitor is a new one after a reload.
    }
  }
}
