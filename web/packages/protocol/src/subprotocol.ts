/** Text, for people, scripts and third parties. */
export const SUBPROTOCOL_JSON = "airdesk.v1.json";

/** Binary, the default of our own clients. */
export const SUBPROTOCOL_BIN = "airdesk.v1.bin";

/** The two encodings; their messages are equal field for field. */
export type Encoding = "json" | "bin";

/** The encoding that a subprotocol chooses; undefined when it is none of ours. */
export function encodingOf(subprotocol: string): Encoding | undefined {
  switch (subprotocol) {
    case SUBPROTOCOL_JSON:
      return "json";
    case SUBPROTOCOL_BIN:
      return "bin";
    default:
      return undefined;
  }
}
