/** FAQ, canned replies, labels: what is written down for later. */

import { useState } from "preact/hooks";
import type { Canned, Faq, Inbox, Label } from "@airdesk/staff";
import { Problem, typedLines } from "@airdesk/staff";
import { Button, SelectField, Switch, TextField } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { Collection } from "./collection.tsx";
import { ColourField } from "./colour_field.tsx";
import { useList, useMay, useSettingsWords } from "./context.tsx";
import { Panel } from "./section.tsx";

/** Canned replies. */
export function CannedSection() {
  const say = useSettingsWords();
  const list = useList<Canned>("/api/v1/canned");
  return (
    <Collection
      kind={{
        path: "/api/v1/canned",
        title: say("canned"),
        intro: say("cannedIntro"),
        none: say("noneCanned"),
        addWord: say("addCanned"),
        mayWrite: useMay("canned:write"),
        list,
        id: ({ canned_id }: Canned) => canned_id,
        name: ({ shortcut }) => `/${shortcut}`,
        detail: ({ text }) => text,
        values: (item) => ({ shortcut: item?.shortcut ?? "", text: item?.text ?? "" }),
        body: ({ shortcut, text }) => ({ shortcut: shortcut.trim().replace(/^\//, ""), text }),
        fields: (form) => (
          <>
            <TextField
              {...form.field("shortcut")}
              label={say("shortcut")}
              hint={say("shortcutHint")}
              lengthMax={41}
            />
            <TextField
              {...form.field("text")}
              label={say("text")}
              hint={say("textHint")}
              lines={6}
            />
          </>
        ),
      }}
    />
  );
}

/** Labels. */
export function LabelSection() {
  const say = useSettingsWords();
  const list = useList<Label>("/api/v1/labels");
  return (
    <Collection
      kind={{
        path: "/api/v1/labels",
        title: say("labels"),
        intro: say("labelsIntro"),
        none: say("noneLabels"),
        addWord: say("addLabel"),
        mayWrite: useMay("labels:write"),
        list,
        id: ({ label_id }: Label) => label_id,
        name: ({ name }) => name,
        detail: () => null,
        sign: ({ colour }) => <i class="swatch" style={{ background: colour }} />,
        values: (item) => ({ name: item?.name ?? "", colour: item?.colour ?? "#2f62e0" }),
        body: (values) => values,
        fields: (form) => (
          <>
            <TextField {...form.field("name")} label={say("name")} lengthMax={100} />
            <ColourField {...form.field("colour")} label={say("colour")} />
          </>
        ),
      }}
    />
  );
}

/** Questions and answers of the assistant. */
export function FaqSection() {
  const say = useSettingsWords();
  const { language } = usePreferences();
  const list = useList<Faq>("/api/v1/faq");
  const inboxes = useList<Inbox>("/api/v1/inboxes", useMay("inboxes:read"));
  const inboxName = (id: string | null) =>
    inboxes.value?.find(({ inbox_id }) => inbox_id === id)?.name ?? "";
  const mayWrite = useMay("faq:write");
  return (
    <Collection
      kind={{
        path: "/api/v1/faq",
        title: say("faq"),
        intro: say("faqIntro"),
        none: say("noneFaq"),
        addWord: say("addFaq"),
        mayWrite,
        list,
        wide: true,
        id: ({ faq_id }: Faq) => faq_id,
        name: ({ question }) => question,
        detail: ({ answer, is_suggested, inbox_id }) => (
          <>
            {is_suggested && <i class="tag">{say("suggestedMark")}</i>}
            {inboxName(inbox_id) && <i class="tag">{inboxName(inbox_id)}</i>}
            {answer}
          </>
        ),
        values: (item) => ({
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
        fields: (form) => (
          <>
            <TextField {...form.field("question")} label={say("question")} lengthMax={300} />
            <TextField
              {...form.field("variants")}
              label={say("variants")}
              hint={say("variantsHint")}
              lines={3}
            />
            <TextField {...form.field("answer")} label={say("answer")} lines={5} />
            <div class="pair">
              <SelectField
                {...form.field("inbox_id")}
                label={say("faqInbox")}
                options={[
                  ["", say("allInboxes")],
                  ...(inboxes.value ?? []).map(({ inbox_id, name }) => [inbox_id, name] as const),
                ]}
              />
              <SelectField
                {...form.field("language")}
                label={say("language")}
                options={[
                  ["zh", "中文"],
                  ["en", "English"],
                ]}
              />
            </div>
            <Switch {...form.field("is_suggested")} label={say("suggested")} />
          </>
        ),
      }}
    >
      {inboxes.value !== null && inboxes.value.length > 0 && (
        <AssistantNotice inboxes={inboxes.value} />
      )}
      <FaqTest />
    </Collection>
  );
}

/** Says where nobody hears the answers, since the assistant is off. */
function AssistantNotice({ inboxes }: { inboxes: readonly Inbox[] }) {
  const say = useSettingsWords();
  const silent = inboxes.filter(({ has_bot }) => !has_bot);
  if (silent.length === 0) return null;
  return (
    <div class="word warn" role="status" data-testid="assistant-off">
      {say("botOff")}{" "}
      {silent.map(({ inbox_id, name }) => (
        <a key={inbox_id} href={`#inboxes/${inbox_id}`}>
          {name}
        </a>
      ))}
    </div>
  );
}

/** What the assistant would say to a question. */
interface FaqTried {
  readonly answer?: string | null;
  readonly text?: string | null;
  readonly question?: string | null;
}

function FaqTest() {
  const api = useApi();
  const say = useSettingsWords();
  const [tried, setTried] = useState<FaqTried | null>(null);
  const form = useForm({ question: "" }, async ({ question }) => {
    if (question.trim() === "") throw new Problem(422, "", { fields: { question: "required" } });
    setTried(await api.post<FaqTried>("/api/v1/faq/test", { question: question.trim() }));
  });
  const answer = tried?.answer ?? tried?.text ?? "";
  return (
    <Panel title={say("test")}>
      <form onSubmit={form.submit} noValidate>
        <TextField {...form.field("question")} label={say("question")} hint={say("testHint")} />
        <FormFault text={form.fault} />
        <div class="buttons">
          <Button type="submit" busy={form.busy} testid="faq-test">
            {say("testAsk")}
          </Button>
        </div>
      </form>
      {tried !== null && (
        <p class={answer ? "word good" : "word warn"} role="status" data-testid="faq-answer">
          {answer ? `${say("testFound")} ${answer}` : say("testNothing")}
        </p>
      )}
    </Panel>
  );
}
