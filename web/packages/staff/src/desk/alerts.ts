import type { Id } from "@airdesk/protocol";
import type { Chime } from "./chime.ts";

/** So often an unread message rings again, in seconds; 0 for once. */
export const REPEATS_S = [0, 30, 60, 180] as const;

const NOTIFIES = "airdesk.notifies";
const REPEAT = "airdesk.repeat";
const TURNED_ON = "airdesk.alerts";
const DEFAULT_REPEAT_S = 60;
const BODY_LETTERS_MAX = 140;

/** What alerts ask of the page. */
export interface AlertParts {
  readonly chime: Chime;
  readonly storage: Storage | null;
  /** How many messages were not read. */
  readonly unread: () => number;
  readonly open: (conversation: Id) => void;
  readonly changed: () => void;
}

/** Whether the browser lets us notify. */
export type Permission = NotificationPermission | "missing";

/** What a notification says. */
export interface Alert {
  readonly conversation: Id;
  readonly title: string;
  readonly body: string;
}

/** Sound and notifications of the desktop, so that nobody has to watch the console. */
export class Alerts {
  readonly #parts: AlertParts;
  #notifies: boolean;
  #repeatS: number;
  #turnedOn: boolean;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #permission = askedPermission();

  constructor(parts: AlertParts) {
    this.#parts = parts;
    const { storage } = parts;
    this.#notifies = storage?.getItem(NOTIFIES) !== "no";
    const repeat = storage?.getItem(REPEAT) ?? null;
    this.#repeatS = repeat === null ? DEFAULT_REPEAT_S : Number(repeat) || 0;
    this.#turnedOn = storage?.getItem(TURNED_ON) === "yes";
  }

  /** True once the person turned them on in this browser, by a button made for it. */
  get isTurnedOn(): boolean {
    return this.#turnedOn;
  }

  /** The person pressed the button: the browser lets us ring, and asks about notifications. */
  async turnOn(nowMs: number): Promise<void> {
    this.#turnedOn = true;
    this.#keep(TURNED_ON, "yes");
    this.#parts.chime.unlock();
    this.#parts.chime.ring(nowMs);
    this.#parts.changed();
    await this.askToNotify();
  }

  /** Ask the browser to let us notify. */
  async askToNotify(): Promise<void> {
    if (typeof Notification === "undefined" || Notification.permission !== "default") return;
    await Notification.requestPermission();
    this.look();
  }

  /** Whether the browser lets us notify, as of the last look. */
  get permission(): Permission {
    return this.#permission;
  }

  /**
   * Look whether the browser still lets us notify. To ask it takes a millisecond in which the page
   * stands still (another process answers), so this is for moments when it may have changed.
   */
  look(): void {
    this.#permission = askedPermission();
    this.#parts.changed();
  }

  /** True if the person wants notifications of the desktop. */
  get notifies(): boolean {
    return this.#notifies;
  }

  set notifies(on: boolean) {
    this.#notifies = on;
    this.#keep(NOTIFIES, on ? "yes" : "no");
    this.#parts.changed();
  }

  /** After how many seconds an unread message rings again; 0 for never. */
  get repeatS(): number {
    return this.#repeatS;
  }

  set repeatS(seconds: number) {
    this.#repeatS = seconds;
    this.#keep(REPEAT, String(seconds));
    this.#parts.changed();
    this.#later();
  }

  /** Ring now, and again until all is read, as the person wants it. */
  ring(nowMs: number): void {
    this.#parts.chime.ring(nowMs);
    this.#later();
  }

  /** Tell the desktop. A click there opens the conversation here. */
  notify({ conversation, title, body }: Alert): void {
    if (!this.#notifies || this.permission !== "granted" || document.hasFocus()) return;
    const notification = new Notification(title, {
      body: body.slice(0, BODY_LETTERS_MAX),
      // Another message of the conversation takes the place of the one before.
      tag: conversation,
    });
    notification.onclick = () => {
      window.focus();
      notification.close();
      this.#parts.open(conversation);
    };
  }

  #later(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#repeatS === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#parts.unread() > 0) this.ring(Date.now());
    }, this.#repeatS * 1000);
  }

  #keep(place: string, value: string): void {
    try {
      this.#parts.storage?.setItem(place, value);
    } catch {
      // No room: the choice lasts as long as the page.
    }
  }
}

function askedPermission(): Permission {
  return typeof Notification === "undefined" ? "missing" : Notification.permission;
}
