import type { Inbox } from "@airdesk/staff";
import { SelectField, type Bound } from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { answersWords } from "../words/answers.ts";

/** In which inbox, and in which language, questions are answered. */
export function FaqPlace(props: {
  readonly inboxes: readonly Inbox[];
  readonly inbox: Bound<string>;
  readonly language: Bound<string>;
}) {
  const { inboxes, inbox, language } = props;
  const say = useWords(answersWords);
  return (
    <div className="pair">
      <SelectField
        {...inbox}
        label={say("faqInbox")}
        options={[
          ["", say("allInboxes")],
          ...inboxes.map(({ inbox_id, name }) => [inbox_id, name] as const),
        ]}
      />
      <SelectField
        {...language}
        label={say("language")}
        options={[
          ["zh", "中文"],
          ["en", "English"],
        ]}
      />
    </div>
  );
}
