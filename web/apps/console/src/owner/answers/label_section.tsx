import { Tag } from "antd";
import type { Label } from "@airdesk/staff";
import { ColourField, TextField, useList } from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { Collection } from "../collection.tsx";
import { answersWords } from "../words/answers.ts";

const LABELS = "/api/v1/labels";
const COLOURS = ["#2f62e0", "#0f9d8a", "#3a9a50", "#d1702b", "#c4485a", "#b0549c", "#6a5bd0"];

/** Words in a colour. */
export default function LabelSection() {
  const say = useWords(answersWords);
  const list = useList<Label>(LABELS);
  const next = COLOURS[(list.data?.length ?? 0) % COLOURS.length] ?? "#2f62e0";
  return (
    <Collection
      kind={{
        path: LABELS,
        title: say("labels"),
        hint: say("labelsHint"),
        icon: "label",
        none: say("noneLabels"),
        noneHint: say("noneLabelsHint"),
        addWord: say("addLabel"),
        removeHint: say("labelRemoveHint"),
        list,
        id: ({ label_id }: Label) => label_id,
        name: ({ name }) => name,
        row: ({ name, colour }) => (
          <span className="row-words">
            <Tag className="label-tag">
              <i style={{ background: colour }} />
              {name}
            </Tag>
          </span>
        ),
        values: (item) => ({ name: item?.name ?? "", colour: item?.colour ?? next }),
        body: (values) => values,
        fields: (form) => (
          <>
            <TextField {...form.field("name")} label={say("name")} lengthMax={40} />
            <ColourField {...form.field("colour")} label={say("colour")} presets={COLOURS} />
          </>
        ),
      }}
    />
  );
}
