/** The names by which the two encodings are chosen in the WebSocket handshake. */

export { SUBPROTOCOL_BIN, SUBPROTOCOL_JSON, encodingOf, type Encoding } from "./subprotocol.ts";
