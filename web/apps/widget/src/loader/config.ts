/** What the loader needs to know of an inbox. */
export interface LoaderConfig {
  readonly colour: string;
  readonly position: string;
  readonly offset_x: number;
  readonly offset_y: number;
  readonly theme: string;
  /** What a screen reader says of bubble and panel. */
  readonly title: string;
}

/** What the server tells of an inbox. */
export type ToldConfig = Omit<LoaderConfig, "title"> & {
  readonly language: string;
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** The first that is a language of the widget, `auto` being the browser's. */
export function chosenLanguage(...wishes: readonly (string | undefined)[]): "zh" | "en" {
  const wish = wishes.find((one) => one && one !== "auto") ?? navigator.language;
  return wish.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Make it of what the server told, and of the language that the page asked for. */
export function loaderConfig(told: ToldConfig, wish: string): LoaderConfig {
  const language = chosenLanguage(wish, told.language);
  const own = told.texts[language]?.["title"];
  return { ...told, title: own || (language === "zh" ? "在线客服" : "Chat") };
}
