import { element } from "./dom.ts";

/** How long a notice stays. */
const NOTICE_MS = 8_000;
/** More notices push the oldest out. */
const NOTICES_MAX = 3;

/** Short words about what did not work. */
export class Notices {
  readonly root = element("div", { class: "notices", role: "alert", "data-testid": "notices" });

  /** Say something for a while. */
  say(text: string): void {
    const notice = element("p", { class: "notice" }, text);
    this.root.append(notice);
    while (this.root.childElementCount > NOTICES_MAX) this.root.firstElementChild?.remove();
    setTimeout(() => notice.remove(), NOTICE_MS);
  }
}
