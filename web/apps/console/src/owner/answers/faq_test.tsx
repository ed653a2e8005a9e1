import { Button } from "antd";
import { useState } from "react";
import { Problem, type Inbox } from "@airdesk/staff";
import { FormFault, Panel, SelectField, TextField, useForm } from "../../forms/index.ts";
import { useApi, useWords } from "../../shell/index.ts";
import { answersWords } from "../words/answers.ts";

/** Further matches are far. */
const MATCHES_MAX = 5;

/** What the assistant would do with a question, as the server tells it. */
interface Trial {
  readonly text: string;
  readonly options: readonly string[];
  readonly hands_over: boolean;
  readonly answer_score: number;
  readonly matches: readonly {
    readonly faq_id: string;
    readonly question: string;
    readonly score: number;
  }[];
}

/** Ask the assistant before visitors do. */
export function FaqTest({ inboxes }: { inboxes: readonly Inbox[] }) {
  const api = useApi();
  const say = useWords(answersWords);
  const [trial, setTrial] = useState<Trial | null>(null);
  const form = useForm({ question: "", inbox_id: "" }, async ({ question, inbox_id }) => {
    if (question.trim() === "") throw new Problem(422, "", { fields: { question: "required" } });
    const asked = { question: question.trim(), inbox_id: inbox_id || null };
    setTrial(await api.post<Trial>("/api/v1/faq/test", asked));
  });
  return (
    <Panel title={say("test")} hint={say("testHint")}>
      <form className="form" onSubmit={form.submit} noValidate>
        <div className="ask-line">
          <TextField
            {...form.field("question")}
            label={say("question")}
            placeholder={say("testPlaceholder")}
            lengthMax={300}
          />
          {inboxes.length > 1 && (
            <SelectField
              {...form.field("inbox_id")}
              label={say("faqInbox")}
              options={[
                ["", say("allInboxes")],
                ...inboxes.map(({ inbox_id, name }) => [inbox_id, name] as const),
              ]}
            />
          )}
          <Button htmlType="submit" loading={form.isBusy} data-testid="faq-test">
            {say("testAsk")}
          </Button>
        </div>
        <FormFault text={form.fault} />
      </form>
      {trial !== null && <Answered trial={trial} />}
    </Panel>
  );
}

function Answered({ trial }: { trial: Trial }) {
  const say = useWords(answersWords);
  const { text, options, hands_over, matches, answer_score } = trial;
  return (
    <div className="trial" role="status" data-testid="faq-answer">
      {text !== "" && (
        <>
          <p className="muted">{say("testFound")}</p>
          <p className="trial-answer">{text}</p>
        </>
      )}
      {text === "" && !hands_over && <p className="notice warn">{say("testNothing")}</p>}
      {hands_over && <p className="notice">{say("testHandsOver")}</p>}
      {options.length > 0 && (
        <p>
          {say("testOffers")} {options.join(" · ")}
        </p>
      )}
      {matches.length > 0 && (
        <>
          <p className="muted">{say("testWhy", percent(answer_score))}</p>
          <ul className="scores">
            {matches.slice(0, MATCHES_MAX).map(({ faq_id, question, score }, place) => (
              <li key={`${faq_id}${place}`} data-answers={score >= answer_score}>
                <meter min={0} max={1} value={score} aria-label={question} />
                <span className="numeric">{percent(score)} %</span>
                {question}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function percent(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 100);
}
