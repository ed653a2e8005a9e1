/**
 * Decides which tab of a device sends the outbox.
 *
 * Guarantees: at most one tab holds it at a time; when its tab dies the next one gets it.
 */
export interface DrainLock {
  /** Ask for it; `held` is called once it is ours. The result gives it back or ends the wait. */
  request(held: () => void): () => void;
}

/** The lock as a Web Lock. */
export function webLock(locks: LockManager, name: string): DrainLock {
  return {
    request(held) {
      const ended = new AbortController();
      const over = new Promise<void>((resolve) => {
        ended.signal.addEventListener("abort", () => resolve());
      });
      locks
        .request(name, { signal: ended.signal }, () => {
          if (ended.signal.aborted) return undefined;
          held();
          return over;
        })
        .catch((error: unknown) => {
          // Giving up the wait rejects the request; anything else is a fault to be seen.
          if (!ended.signal.aborted) throw error;
        });
      return () => ended.abort();
    },
  };
}

/**
 * For browsers without Web Locks: each tab believes it is alone. Two tabs may then send the same
 * command; it has one operation id, so it takes effect once.
 */
export const ALONE: DrainLock = {
  request(held) {
    held();
    return () => undefined;
  },
};
