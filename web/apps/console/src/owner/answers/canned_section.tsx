import { Button } from "antd";
import type { Canned } from "@airdesk/staff";
import { TextField, useList, type Form } from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { Collection } from "../collection.tsx";
import { answersWords } from "../words/answers.ts";

const CANNED = "/api/v1/canned";
/** What the console fills in when the reply is fetched. */
const VARIABLES = [
  ["{{contact.name}}", "contactName"],
  ["{{agent.name}}", "agentName"],
  ["{{inbox.name}}", "inboxName"],
] as const;

interface Values {
  readonly shortcut: string;
  readonly text: string;
}

/** Texts for many occasions. */
export default function CannedSection() {
  const say = useWords(answersWords);
  const list = useList<Canned>(CANNED);
  return (
    <Collection
      kind={{
        path: CANNED,
        title: say("canned"),
        hint: say("cannedHint"),
        icon: "reply",
        none: say("noneCanned"),
        noneHint: say("noneCannedHint"),
        addWord: say("addCanned"),
        list,
        isWide: true,
        id: ({ canned_id }: Canned) => canned_id,
        name: ({ shortcut }) => `/${shortcut}`,
        row: ({ shortcut, text }) => (
          <span className="row-words two-lines">
            <b className="mono">/{shortcut}</b>
            <small className="clamped">{text}</small>
          </span>
        ),
        values: (item): Values => ({ shortcut: item?.shortcut ?? "", text: item?.text ?? "" }),
        body: ({ shortcut, text }) => ({ shortcut: shortcut.trim().replace(/^\//, ""), text }),
        fields: (form) => <CannedFields form={form} />,
      }}
    />
  );
}

function CannedFields({ form }: { form: Form<Values> }) {
  const say = useWords(answersWords);
  const { text } = form.values;
  return (
    <>
      <TextField
        {...form.field("shortcut")}
        label={say("shortcut")}
        hint={say("shortcutHint")}
        lengthMax={41}
        prefix="/"
      />
      <TextField {...form.field("text")} label={say("text")} lines={6} />
      <div className="variables">
        <span className="field-hint">{say("textHint")}</span>
        {VARIABLES.map(([variable, saying]) => (
          <Button
            key={variable}
            size="small"
            onClick={() => form.set({ text: joined(text, variable) })}
          >
            {say(saying)}
          </Button>
        ))}
      </div>
    </>
  );
}

/** Two words are two; Chinese ones need no space. */
function joined(text: string, variable: string): string {
  return /[\w,.!?]$/.test(text) ? `${text} ${variable}` : text + variable;
}
