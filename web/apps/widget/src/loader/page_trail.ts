import type { PageView } from "../shared/bridge.ts";

/** More than this many addresses are not kept; the oldest go first. */
export const VIEWS_MAX = 30;
/** Longer addresses and titles are cut. */
export const URL_CHARACTERS_MAX = 2_000;
export const TITLE_CHARACTERS_MAX = 200;

/** The addresses that a visitor looked at and that were not told to the server yet. */
export class PageTrail {
  #views: PageView[];
  #last = "";

  /** @param stored - what an earlier page of this tab left, as `text` gave it. */
  constructor(stored: string) {
    this.#views = parse(stored);
    this.#last = this.#views.at(-1)?.url ?? "";
  }

  /** The page has this address and title now. A title that comes late is put in. */
  at(url: string, title: string, nowMs: number): void {
    url = url.slice(0, URL_CHARACTERS_MAX);
    title = title.slice(0, TITLE_CHARACTERS_MAX);
    const last = this.#views.at(-1);
    if (url !== this.#last) this.#views.push({ url, title, at_ms: nowMs });
    else if (last) this.#views[this.#views.length - 1] = { ...last, title };
    this.#last = url;
    this.#views = this.#views.slice(-VIEWS_MAX);
  }

  /** Give what was not told yet, and forget it. */
  take(): readonly PageView[] {
    const views = this.#views;
    this.#views = [];
    return views;
  }

  /** What the next page of this tab goes on with. */
  get text(): string {
    return JSON.stringify(this.#views);
  }
}

function parse(text: string): PageView[] {
  try {
    return JSON.parse(text) as PageView[];
  } catch {
    return []; // Nothing is there.
  }
}

/** Call back when a page changes its address without loading. The result ends it. */
export function watchRoutes(moved: () => void): () => void {
  // What a site calls is its own history object's method; both stay as they were for it.
  const { pushState, replaceState } = history;
  const after =
    (original: typeof pushState): typeof pushState =>
    (...given) => {
      original.apply(history, given);
      moved();
    };
  const wrapped = { pushState: after(pushState), replaceState: after(replaceState) };
  Object.assign(history, wrapped);
  addEventListener("popstate", moved);
  return () => {
    removeEventListener("popstate", moved);
    // Whoever wrapped it after us keeps his wrapping; ours then calls through.
    if (history.pushState === wrapped.pushState) history.pushState = pushState;
    if (history.replaceState === wrapped.replaceState) history.replaceState = replaceState;
  };
}
