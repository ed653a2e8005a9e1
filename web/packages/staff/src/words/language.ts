/** Which language the pages speak, and whether they are light or dark. */

/** A language that the pages speak. */
export type Language = "en" | "zh";

/** How the pages look; "auto" is as the device does. */
export type Look = "auto" | "light" | "dark";

/** What a page says, in both languages. */
export interface Dictionary<Saying extends string> {
  readonly en: Readonly<Record<Saying, string>>;
  readonly zh: Readonly<Record<Saying, string>>;
}

/** Says something in one language. */
export type Speaker<Saying extends string> = (
  saying: Saying,
  ...values: readonly (string | number)[]
) => string;

const LANGUAGE = "airdesk.language";
const LOOK = "airdesk.look";

/** The language that a tag such as `zh-CN` or `en` asks for. */
export function languageOf(tag: string): Language {
  return tag.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Speak a dictionary in a language; `{0}` and `{1}` are filled in. */
export function speaker<Saying extends string>(
  dictionary: Dictionary<Saying>,
  language: Language,
): Speaker<Saying> {
  const table = dictionary[language];
  return (saying, ...values) =>
    table[saying].replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)] ?? ""));
}

/** What the person chose of language and look; kept by the browser. */
export class Preferences {
  #language: Language;
  #chosen: boolean;
  #look: Look;
  readonly #storage: Storage | null;
  readonly #listeners = new Set<() => void>();

  constructor(storage: Storage | null, browserTag: string) {
    this.#storage = storage;
    const language = storage?.getItem(LANGUAGE) ?? null;
    this.#chosen = language !== null;
    this.#language = languageOf(language ?? browserTag);
    const look = storage?.getItem(LOOK);
    this.#look = look === "light" || look === "dark" ? look : "auto";
  }

  /** The language of the pages. */
  get language(): Language {
    return this.#language;
  }

  /** Light, dark, or as the device is. */
  get look(): Look {
    return this.#look;
  }

  /** The person chose a language. */
  speak(language: Language): void {
    this.#chosen = true;
    this.#language = language;
    this.#keep(LANGUAGE, language);
    this.#changed();
  }

  /** The account speaks this language; it counts until the person chooses. */
  suggest(tag: string): void {
    if (this.#chosen || languageOf(tag) === this.#language) return;
    this.#language = languageOf(tag);
    this.#changed();
  }

  /** The person chose a look. */
  wear(look: Look): void {
    this.#look = look;
    this.#keep(LOOK, look);
    this.#changed();
  }

  /** Be told of changes. The result ends it. The same function always, so that it is one effect. */
  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #keep(place: string, value: string): void {
    try {
      this.#storage?.setItem(place, value);
    } catch {
      // No room: the choice lasts as long as the page.
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
