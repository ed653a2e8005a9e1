import type { Dictionary, Look } from "@airdesk/staff";
import { Button } from "./controls.tsx";
import type { IconName } from "./icons.tsx";
import { usePreferences, useWords } from "./page.tsx";

const words = {
  en: {
    language: "中文",
    languageLabel: "切换到中文",
    auto: "Look: as the device",
    light: "Look: light",
    dark: "Look: dark",
  },
  zh: {
    language: "English",
    languageLabel: "Switch to English",
    auto: "外观：跟随系统",
    light: "外观：浅色",
    dark: "外观：深色",
  },
} satisfies Dictionary<string>;

const NEXT: Record<Look, Look> = { auto: "light", light: "dark", dark: "auto" };
const ICONS: Record<Look, IconName> = { auto: "screen", light: "sun", dark: "moon" };

/** The switches of language and look. */
export function PreferenceBar() {
  const preferences = usePreferences();
  const say = useWords(words);
  const { look, language } = preferences;
  return (
    <div class="preferences">
      <Button
        icon="globe"
        kind="quiet"
        label={say("languageLabel")}
        testid="language"
        onClick={() => preferences.speak(language === "zh" ? "en" : "zh")}
      >
        {say("language")}
      </Button>
      <Button
        icon={ICONS[look]}
        kind="quiet"
        label={say(look)}
        testid="look"
        onClick={() => preferences.wear(NEXT[look])}
      />
    </div>
  );
}
