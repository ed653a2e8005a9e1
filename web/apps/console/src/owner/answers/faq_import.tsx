import { Problem, type Inbox } from "@airdesk/staff";
import { useFocusBack, FormWindow, TextField, useForm, useReload } from "../../forms/index.ts";
import { useApi, usePreferences, useWords } from "../../shell/index.ts";
import { answersWords } from "../words/answers.ts";
import { FaqPlace } from "./faq_place.tsx";
import { asPasted, pastedQuestions } from "./faq_lines.ts";

const FAQ = "/api/v1/faq";
/** More at once would meet the server's bound on requests. */
const QUESTIONS_MAX = 100;

/** Add many questions from a text. */
export function FaqImport(props: {
  readonly inboxes: readonly Inbox[];
  readonly onClose: () => void;
}) {
  const { inboxes, onClose } = props;
  useFocusBack();
  const api = useApi();
  const say = useWords(answersWords);
  const { language: own } = usePreferences();
  const reload = useReload();
  const initial = { pasted: "", inbox_id: "", language: own as string };
  const form = useForm(initial, async ({ pasted, inbox_id, language }) => {
    const { found, unanswered } = pastedQuestions(pasted);
    const refuse = (why: string) => {
      throw new Problem(422, "", { fields: { pasted: why } });
    };
    if (unanswered[0] !== undefined) refuse(say("importUnanswered", unanswered[0]));
    if (found.length === 0) refuse(say("importNothing"));
    if (found.length > QUESTIONS_MAX) refuse(say("importTooMany", QUESTIONS_MAX));
    let done = 0;
    try {
      for (const one of found) {
        await api.post(FAQ, { ...one, language, inbox_id: inbox_id || null });
        done += 1;
      }
    } catch (thrown) {
      // What is stored leaves the text, so that a second try doubles nothing.
      form.set({ pasted: asPasted(found.slice(done)) });
      throw thrown;
    } finally {
      await reload(FAQ);
    }
    onClose();
  });
  const count = pastedQuestions(form.values.pasted).found.length;
  return (
    <FormWindow
      title={say("importFaq")}
      form={form}
      onClose={onClose}
      action={say("importCount", count)}
      isWide
    >
      <TextField
        {...form.field("pasted")}
        label={say("importText")}
        hint={say("importHint")}
        placeholder={say("importExample")}
        lines={8}
      />
      <FaqPlace
        inboxes={inboxes}
        inbox={form.field("inbox_id")}
        language={form.field("language")}
      />
    </FormWindow>
  );
}
