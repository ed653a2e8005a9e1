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

type Told = Partial<{
  colour: string;
  position: string;
  offset_x: number;
  offset_y: number;
  theme: string;
  language: string;
  texts: Record<string, Record<string, string> | undefined>;
}>;

/** The first that is a language of the widget, `auto` being the browser's. */
export function chosenLanguage(...wishes: readonly (string | undefined)[]): "zh" | "en" {
  const wish = wishes.find((one) => one && one !== "auto") ?? navigator.language;
  return wish.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Make it of what the server told, and of the language that the page asked for. */
export function loaderConfig(told: Told, wish: string): LoaderConfig {
  const language = chosenLanguage(wish, told.language);
  return {
    colour: "",
    position: "right",
    offset_x: 24,
    offset_y: 24,
    theme: "auto",
    ...told,
    title: told.texts?.[language]?.["title"] || (language === "zh" ? "在线客服" : "Chat"),
  };
}
