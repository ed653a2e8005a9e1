import type { Chat } from "../chat/chat.ts";
import type { Host } from "../page/host.ts";
import type { Words } from "../text/words.ts";

/** What the views are drawn from. */
export interface Shown {
  readonly chat: Chat;
  readonly host: Host;
  readonly words: Words;
  /** The panel is open and the page is seen. */
  readonly open: boolean;
  /** The chat fills the screen of a phone. */
  readonly phone: boolean;
  /** Draw again. */
  readonly redraw: () => void;
}
