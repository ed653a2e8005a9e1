/** keyCode of a key that belongs to an input method. */
const INPUT_METHOD = 229;

/** What is looked at of a key. */
export type Key = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey" | "isComposing" | "keyCode"
>;

/**
 * Tells the Enter that sends from the Enter that belongs to an input method.
 *
 * Chrome and Firefox mark it with `isComposing`. Safari ends the composition first and tells the
 * key afterwards, without the mark but with keyCode 229. Some input methods on Linux and Android
 * give neither; the composition that is known to be open then decides.
 */
export class Composition {
  #open = false;

  started(): void {
    this.#open = true;
  }

  ended(): void {
    this.#open = false;
  }

  /** True if this key sends what is written. */
  sends(key: Key): boolean {
    if (key.key !== "Enter" || key.shiftKey || key.altKey || key.ctrlKey || key.metaKey) {
      return false;
    }
    return !key.isComposing && key.keyCode !== INPUT_METHOD && !this.#open;
  }
}
