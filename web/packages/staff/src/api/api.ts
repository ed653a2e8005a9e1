import { problemOf, unreachable } from "./problem.ts";

/** A page of a list; `next` is said back as `after`. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Query parameters; what is null or empty is left out. */
export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** How far an upload has come. */
export interface Upload<Answer> {
  readonly done: Promise<Answer>;
  cancel(): void;
}

/** Pages of a list that are read at the most: what nobody scrolls through is searched for. */
const PAGES_MAX = 20;

/** Add a query to a path. */
export function withQuery(path: string, query: Query): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") said.set(name, String(value));
  }
  return said.size === 0 ? path : `${path}?${said}`;
}

/**
 * Our own server, asked by HTTP with the session's cookie.
 *
 * Every call throws a {@link Problem} when it is refused or gets no answer.
 */
export class Api {
  /** Said with every change, so that no other site can make one; the session tells it. */
  csrf = "";
  readonly #fetch: typeof fetch;
  readonly #loggedOut: () => void;

  /** @param loggedOut - the session is over: the person has to log in again. */
  constructor(loggedOut: () => void = () => undefined, fetcher: typeof fetch = fetch) {
    this.#fetch = fetcher.bind(globalThis);
    this.#loggedOut = loggedOut;
  }

  /** Read something. */
  get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return this.#ask("GET", withQuery(path, query));
  }

  /** Read a whole list, page after page. */
  async all<Item>(path: string, query: Query = {}): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer: Page<Item> = await this.get(path, { ...query, after });
      items.push(...answer.items);
      after = answer.next;
      if (after === null) break;
    }
    return items;
  }

  /**
   * Make something.
   *
   * @param key - names this act: a repeat with the same key is not done twice.
   */
  post<Answer>(path: string, body: unknown = {}, key = ""): Promise<Answer> {
    return this.#ask("POST", path, body, key);
  }

  /** Replace something. */
  put<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#ask("PUT", path, body);
  }

  /** Change parts of something. */
  patch<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#ask("PATCH", path, body);
  }

  /** Remove something. */
  delete<Answer>(path: string): Promise<Answer> {
    return this.#ask("DELETE", path);
  }

  /** Send a file's bytes; `progress` hears parts of 1. */
  upload<Answer>(path: string, file: Blob, progress: (part: number) => void): Upload<Answer> {
    const request = new XMLHttpRequest();
    const done = new Promise<Answer>((resolve, reject) => {
      request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
      request.onerror = request.onabort = request.ontimeout = () => reject(unreachable());
      request.onload = () => {
        const { status, responseText } = request;
        if (status >= 200 && status < 300) return resolve(JSON.parse(responseText) as Answer);
        if (status === 401) this.#loggedOut();
        reject(problemOf(status, responseText, request.getResponseHeader("retry-after")));
      };
      request.open("POST", path);
      for (const [name, value] of Object.entries(this.#headers("POST"))) {
        request.setRequestHeader(name, value);
      }
      // The server looks at the bytes themselves.
      request.setRequestHeader("content-type", "application/octet-stream");
      request.send(file);
    });
    return { done, cancel: () => request.abort() };
  }

  #headers(method: string): Record<string, string> {
    return method === "GET" || this.csrf === "" ? {} : { "x-airdesk-csrf": this.csrf };
  }

  async #ask<Answer>(method: string, path: string, body?: unknown, key = ""): Promise<Answer> {
    const headers = this.#headers(method);
    if (body !== undefined) headers["content-type"] = "application/json";
    if (key !== "") headers["idempotency-key"] = key;
    const said = body === undefined ? {} : { body: JSON.stringify(body) };
    let answer: Response;
    let text: string;
    try {
      answer = await this.#fetch(path, { method, headers, credentials: "same-origin", ...said });
      text = await answer.text();
    } catch {
      throw unreachable();
    }
    if (answer.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
    if (answer.status === 401) this.#loggedOut();
    throw problemOf(answer.status, text, answer.headers.get("retry-after"));
  }
}
