/** Sounds follow each other no faster. */
const PAUSE_MS = 1_500;
/** Two soft tones, a fourth apart; made, not loaded. */
const TONES_HZ = [659.25, 880];
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.08;

/** A short sound for a message. Browsers allow it after the person's first gesture. */
export class Sound {
  #context: AudioContext | null = null;
  #playedMs = 0;

  constructor() {
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => this.#wake(), { once: true, capture: true });
    }
  }

  /** Play it; before a gesture nothing is heard. */
  play(nowMs: number): void {
    if (nowMs - this.#playedMs < PAUSE_MS) return;
    this.#playedMs = nowMs;
    this.#wake();
    const context = this.#context;
    if (context?.state !== "running") return;
    TONES_HZ.forEach((frequency, n) => tone(context, frequency, n * TONE_SECONDS));
  }

  #wake(): void {
    if (typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    // It is refused before a gesture; then there is no sound, and nothing is wrong.
    if (this.#context.state === "suspended") this.#context.resume().catch(() => undefined);
  }
}

function tone(context: AudioContext, frequency: number, after: number): void {
  const start = context.currentTime + after;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + TONE_SECONDS * 2.2);
  gain.connect(context.destination);
  const source = context.createOscillator();
  source.type = "sine";
  source.frequency.value = frequency;
  source.connect(gain);
  source.start(start);
  source.stop(start + TONE_SECONDS * 2.4);
}
