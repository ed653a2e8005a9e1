import { Segmented } from "antd";
import { useState } from "react";
import { TEXT_NAMES, widgetWords } from "@airdesk/staff";
import { Panel, TextField } from "../../forms/index.ts";
import { usePreferences, useWords } from "../../shell/index.ts";
import { Go } from "../settings_frame.tsx";
import { inboxWords, type InboxSaying } from "../words/inboxes.ts";
import type { TabProps } from "./inbox_page.tsx";

const SAYINGS: Record<(typeof TEXT_NAMES)[number], InboxSaying> = {
  title: "textTitle",
  subtitle: "textSubtitle",
  greeting: "textGreeting",
  offline: "textOffline",
  placeholder: "textPlaceholder",
  form_title: "textFormTitle",
};
const LONG = ["greeting", "offline"];
const TEXT_CHARS_MAX = 500;

/** What the widget says, in both languages. */
export function TextsTab({ form }: TabProps) {
  const say = useWords(inboxWords);
  const { language: own } = usePreferences();
  const begin = form.values.language === "auto" ? own : (form.values.language as "zh" | "en");
  const [language, setLanguage] = useState<"zh" | "en">(begin);
  const texts = form.values[language];
  return (
    <Panel
      title={say("tabTexts")}
      hint={say("textsHint")}
      actions={
        <Segmented
          aria-label={say("language")}
          value={language}
          options={[
            { value: "zh" as const, label: say("chinese") },
            { value: "en" as const, label: say("english") },
          ]}
          onChange={setLanguage}
        />
      }
    >
      <div className="form" lang={language}>
        {TEXT_NAMES.map((name) => (
          <TextField
            key={`${language}.${name}`}
            name={`${language}.${name}`}
            label={say(SAYINGS[name])}
            value={texts[name] ?? ""}
            placeholder={widgetWords[language][name]}
            lengthMax={TEXT_CHARS_MAX}
            {...(LONG.includes(name) && { lines: 2 })}
            error={form.error(`${language}.${name}`) ?? form.error(name)}
            onChange={(text) => form.set({ [language]: { ...texts, [name]: text } })}
          />
        ))}
        <p className="muted">
          {say("suggestedWhere")} <Go to="/settings/faq">{say("suggestedGo")}</Go>
        </p>
      </div>
    </Panel>
  );
}
