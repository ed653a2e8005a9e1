/** How the tabs of one device talk to each other; a message may be lost only with its tab. */
export interface TabChannel {
  /** Tell all other tabs. */
  post(text: string): void;
  /** Hear the other tabs. The result ends it. */
  listen(heard: (text: string) => void): () => void;
}

/** The channel as a BroadcastChannel. */
export function broadcastChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name);
  return {
    post: (text) => channel.postMessage(text),
    listen(heard) {
      const listener = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === "string") heard(data);
      };
      channel.addEventListener("message", listener);
      return () => channel.removeEventListener("message", listener);
    },
  };
}

/** No other tab can be reached; the store's own events have to do. */
export const NO_CHANNEL: TabChannel = {
  post: () => undefined,
  listen: () => () => undefined,
};
