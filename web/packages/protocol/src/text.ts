/** Text and UTF-8, strict in both directions. */

// In browsers and Node alike, but in no library of the language itself.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
// A byte order mark is text like any other: Python keeps it, so it must not vanish here.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Replace halves of surrogate pairs, which no UTF-8 can carry, by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Give a text's UTF-8; lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Read UTF-8.
 *
 * @throws TypeError - the bytes are not UTF-8.
 */
export function parseUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
