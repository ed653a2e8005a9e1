/** The title changes this often. */
const FLASH_MS = 1_200;

/** Shows in the page's title, while nobody looks at it, that there is something new. */
export class TitleFlash {
  #timer = 0;
  #original = "";
  #shown = "";

  constructor() {
    document.addEventListener("visibilitychange", () => this.#stop());
  }

  /** @param text - what to flash; "" stops it. */
  say(text: string): void {
    if (text === "" || !document.hidden) return this.#stop();
    this.#shown = text;
    if (this.#timer !== 0) return;
    this.#original = document.title;
    this.#timer = window.setInterval(() => this.#flip(), FLASH_MS);
    this.#flip();
  }

  #flip(): void {
    if (document.title !== this.#shown) {
      this.#original = document.title; // The page may have changed it meanwhile.
      document.title = this.#shown;
    } else document.title = this.#original;
  }

  #stop(): void {
    if (this.#timer === 0) return;
    clearInterval(this.#timer);
    this.#timer = 0;
    if (document.title === this.#shown) document.title = this.#original;
  }
}
