import { opened, type ToFrame, type ToHost } from "../shared/bridge.ts";

/** A frame that was loaded says so at once; one that was not allowed to load never does. */
const READY_MS = 3_000;

/** The iframe and the talk with it. */
export class DeskFrame {
  readonly element = document.createElement("iframe");
  readonly #desk: string;
  readonly #nonce: string;
  readonly #ended = new AbortController();
  /** True once the frame listens. What happens before is told by `init`. */
  ready = false;

  /**
   * @param desk - origin of the server.
   * @param said - the frame said something.
   * @param lost - there is no chat in the frame: this site may not show it, or no server is there.
   */
  constructor(
    desk: string,
    inbox: string,
    title: string,
    said: (body: ToHost) => void,
    lost: () => void,
  ) {
    this.#desk = desk;
    this.#nonce = crypto.getRandomValues(new Uint32Array(4)).join(".");
    const { element } = this;
    element.title = title;
    element.allow = "autoplay";
    const hash = new URLSearchParams({ nonce: this.#nonce, host: location.origin });
    // A browser that blocks the frame tells it to nobody: "load" comes all the same.
    element.onload = () => setTimeout(() => this.ready || lost(), READY_MS);
    element.src = `${desk}/widget/frame?inbox=${encodeURIComponent(inbox)}#${hash}`;
    const listen = (event: MessageEvent) => {
      const source = element.contentWindow;
      const body = opened<ToHost>(event, { source, origin: desk, nonce: this.#nonce });
      if (body === null) return;
      if (body.say === "ready") this.ready = true;
      said(body);
    };
    addEventListener("message", listen, { signal: this.#ended.signal });
  }

  /** Say something to the frame; before it listens nothing happens. */
  say(body: ToFrame): void {
    if (!this.ready) return;
    this.element.contentWindow?.postMessage({ airdesk: this.#nonce, body }, this.#desk);
  }

  /** Take it away. */
  remove(): void {
    this.#ended.abort();
    this.element.remove();
  }
}
