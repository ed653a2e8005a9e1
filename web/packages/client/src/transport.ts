import type { Payload } from "@airdesk/protocol";

/** What a transport tells its owner. */
export interface TransportHandlers {
  /** It is open and speaks the subprotocol that was asked for. */
  opened(): void;
  /** A message came. */
  received(payload: Payload): void;
  /** It is gone; nothing follows. The code is the WebSocket close code, 1006 without one. */
  closed(code: number): void;
}

/**
 * A connection that carries messages in order until it breaks.
 *
 * Guarantees: messages arrive whole, in order, each at most once; after `closed` or after `close`
 * no handler is called. What was sent before a break may or may not have arrived.
 */
export interface Transport {
  /** Send a message; on a connection that is not open nothing happens. */
  send(payload: Payload): void;
  /** Hang up. */
  close(code: number): void;
}

/** Opens a transport. */
export type OpenTransport = (subprotocol: string, handlers: TransportHandlers) => Transport;

/** Transports over the browser's WebSocket. */
export function webSocketTransport(url: string): OpenTransport {
  return (subprotocol, handlers) => {
    const socket = new WebSocket(url, subprotocol);
    let over = false;
    const end = (code: number) => {
      if (over) return;
      over = true;
      handlers.closed(code);
    };
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (!over) handlers.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (!over) handlers.received(typeof data === "string" ? data : new Uint8Array(data));
    };
    socket.onclose = ({ code }) => end(code);
    return {
      send(payload) {
        if (socket.readyState === WebSocket.OPEN) socket.send(payload as string);
      },
      close(code) {
        over = true;
        socket.close(code);
      },
    };
  };
}
