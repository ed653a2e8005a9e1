import { Button, Tag } from "antd";
import { useState } from "react";
import { typedLines, type Faq, type Inbox } from "@airdesk/staff";
import { SwitchField, TextField, useList, type Form } from "../../forms/index.ts";
import { usePreferences, useWords } from "../../shell/index.ts";
import { Collection } from "../collection.tsx";
import { Go } from "../settings_frame.tsx";
import { answersWords } from "../words/answers.ts";
import { FaqImport } from "./faq_import.tsx";
import { FaqPlace } from "./faq_place.tsx";
import { FaqTest } from "./faq_test.tsx";

const FAQ = "/api/v1/faq";
const INBOXES = "/api/v1/inboxes";

interface Values {
  readonly question: string;
  readonly variants: string;
  readonly answer: string;
  readonly is_suggested: boolean;
  readonly inbox_id: string;
  readonly language: string;
}

/** Questions and answers of the assistant, and a place to try them. */
export default function FaqSection() {
  const say = useWords(answersWords);
  const { language } = usePreferences();
  const list = useList<Faq>(FAQ);
  const inboxes = useList<Inbox>(INBOXES).data ?? [];
  const [isImporting, setImporting] = useState(false);
  const inboxName = (id: string | null) =>
    inboxes.find(({ inbox_id }) => inbox_id === id)?.name ?? "";
  return (
    <Collection
      above={<AssistantOff inboxes={inboxes} />}
      also={
        <Button onClick={() => setImporting(true)} data-testid="import">
          {say("importFaq")}
        </Button>
      }
      below={
        <>
          <FaqTest inboxes={inboxes} />
          {isImporting && <FaqImport inboxes={inboxes} onClose={() => setImporting(false)} />}
        </>
      }
      kind={{
        path: FAQ,
        title: say("faq"),
        hint: say("faqHint"),
        icon: "bot",
        none: say("noneFaq"),
        noneHint: say("noneFaqHint"),
        addWord: say("addFaq"),
        list,
        isWide: true,
        id: ({ faq_id }: Faq) => faq_id,
        name: ({ question }) => question,
        row: ({ question, answer, variants, is_suggested, inbox_id }) => (
          <span className="row-words two-lines">
            <span>
              <b>{question}</b>
              {is_suggested && <Tag color="blue">{say("suggestedMark")}</Tag>}
              {inboxName(inbox_id) !== "" && <Tag>{inboxName(inbox_id)}</Tag>}
              {variants.length > 0 && (
                <span className="faint">{say("variantsCount", variants.length + 1)}</span>
              )}
            </span>
            <small className="clamped">{answer}</small>
          </span>
        ),
        values: (item): Values => ({
          question: item?.question ?? "",
          variants: item?.variants.join("\n") ?? "",
          answer: item?.answer ?? "",
          is_suggested: item?.is_suggested ?? false,
          inbox_id: item?.inbox_id ?? "",
          language: item?.language ?? language,
        }),
        body: (values) => ({
          ...values,
          variants: typedLines(values.variants),
          inbox_id: values.inbox_id || null,
        }),
        fields: (form) => <FaqFields form={form} inboxes={inboxes} />,
      }}
    />
  );
}

function FaqFields({ form, inboxes }: { form: Form<Values>; inboxes: readonly Inbox[] }) {
  const say = useWords(answersWords);
  return (
    <>
      <TextField {...form.field("question")} label={say("question")} lengthMax={300} />
      <TextField
        {...form.field("variants")}
        label={say("variants")}
        hint={say("variantsHint")}
        lines={3}
      />
      <TextField {...form.field("answer")} label={say("answer")} lines={5} />
      <FaqPlace
        inboxes={inboxes}
        inbox={form.field("inbox_id")}
        language={form.field("language")}
      />
      <SwitchField {...form.field("is_suggested")} label={say("suggested")} />
    </>
  );
}

/** Says where nobody hears the answers, since the assistant is off. */
function AssistantOff({ inboxes }: { inboxes: readonly Inbox[] }) {
  const say = useWords(answersWords);
  const silent = inboxes.filter(({ has_bot }) => !has_bot);
  if (silent.length === 0) return null;
  return (
    <div className="notice warn" role="status" data-testid="assistant-off">
      {say("botOff")}
      <ul className="in-line">
        {silent.map(({ inbox_id, name }) => (
          <li key={inbox_id}>
            <Go to={`/settings/inboxes/${inbox_id}/routing`}>{name}</Go>
          </li>
        ))}
      </ul>
    </div>
  );
}
