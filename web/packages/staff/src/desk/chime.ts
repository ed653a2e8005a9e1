/** A short sound for a new message. */

const LENGTH_S = 0.35;
const LOUDNESS = 0.12;
/** Two messages in a row ring once. */
const PAUSE_MS = 1_200;
const QUIET = "airdesk.quiet";

/** Rings, once the person has touched the page: before that no browser lets it. */
export class Chime {
  readonly #storage: Storage | null;
  #context: AudioContext | null = null;
  #rangMs = 0;
  #isOn: boolean;

  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#isOn = storage?.getItem(QUIET) !== "yes";
  }

  /** True unless the person wants no sound. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Want sound, or none. */
  set isOn(on: boolean) {
    this.#isOn = on;
    try {
      if (on) this.#storage?.removeItem(QUIET);
      else this.#storage?.setItem(QUIET, "yes");
    } catch {
      // No room: the wish lasts as long as the page.
    }
  }

  /** True once it can be heard. */
  get isReady(): boolean {
    return this.#context !== null;
  }

  /** The person touched the page: from now on the browser lets it ring. */
  unlock(): void {
    this.#context ??= new AudioContext();
  }

  /** Be ready from the first gesture on. */
  listen(page: Document, heard: () => void = () => undefined): void {
    const ended = new AbortController();
    const ready = () => {
      ended.abort();
      this.unlock();
      heard();
    };
    for (const gesture of ["pointerdown", "keydown"]) {
      page.addEventListener(gesture, ready, { signal: ended.signal });
    }
  }

  /** Ring. */
  ring(nowMs: number): void {
    const context = this.#context;
    if (context === null || !this.#isOn || nowMs - this.#rangMs < PAUSE_MS) return;
    this.#rangMs = nowMs;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const start = context.currentTime;
    tone.frequency.setValueAtTime(880, start);
    tone.frequency.setValueAtTime(1174.7, start + LENGTH_S / 3);
    loudness.gain.setValueAtTime(LOUDNESS, start);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH_S);
  }
}
