/** What a browser knows that a connection should. */
export interface PageSignals {
  /** True while nobody sees the page; its timers are then late. */
  readonly hidden: boolean;
  /** Be told. The result ends it. */
  watch(watcher: SignalWatcher): () => void;
}

/** What may happen to a page. */
export interface SignalWatcher {
  online(): void;
  offline(): void;
  visible(): void;
}

/** The signals of the page in a browser. */
export function browserSignals(): PageSignals {
  return {
    get hidden() {
      return document.hidden;
    },
    watch(watcher) {
      const ended = new AbortController();
      const { signal } = ended;
      window.addEventListener("online", () => watcher.online(), { signal });
      window.addEventListener("offline", () => watcher.offline(), { signal });
      // A page that comes out of the back-forward cache was frozen and lost its socket.
      window.addEventListener("pageshow", () => watcher.visible(), { signal });
      const changed = () => {
        if (!document.hidden) watcher.visible();
      };
      document.addEventListener("visibilitychange", changed, { signal });
      return () => ended.abort();
    },
  };
}
