import { useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Id } from "@airdesk/protocol";
import type { ConversationSummary, Page } from "@airdesk/staff";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { useSay } from "../../shell/words.tsx";
import { useLabels } from "../catalogue.ts";
import { targets, useActionContext } from "../keys/actions.ts";
import { ChoiceList } from "./choice_list.tsx";
import { DialogFrame } from "./dialog_frame.tsx";

/** Put labels on what is marked or open, or take them off; each choice counts at once. */
export default function LabelDialog() {
  const say = useSay();
  const desk = useDesk();
  const labels = useLabels();
  const context = useActionContext();
  const queries = useQueryClient();
  // A set as text: the same text is the same set.
  const sets = useDeskState(({ conversations }) =>
    targets(context)
      .map((id) => {
        const known = conversations.rows.get(id)?.labels ?? labelsRead(queries, id);
        return `${id} ${known.join()}`;
      })
      .join(";"),
  );
  const [changed, change] = useState<Readonly<Record<string, readonly string[]>>>({});
  const all = sets.split(";").map((set) => {
    const [id = "", known = ""] = set.split(" ");
    return { id, has: changed[id] ?? known.split(",").filter(Boolean) };
  });
  const isOn = (label: string) => all.every(({ has }) => has.includes(label));
  const toggle = (label: string) => {
    const wasOn = isOn(label);
    for (const { id, has } of all) {
      const others = has.filter((one) => one !== label);
      const next = wasOn ? others : [...others, label];
      if (context.workplace.now.selected.length > 0) {
        // Of a conversation that nobody follows no news comes: what was chosen counts.
        change((before) => ({ ...before, [id]: next }));
      }
      if (wasOn || !has.includes(label)) desk.setLabels(next, id);
    }
  };
  return (
    <DialogFrame title="labels">
      <ChoiceList
        label={say("labels")}
        placeholder={say("labelFind")}
        none={say(labels.length === 0 ? "labelsNone" : "nothingFits")}
        choices={labels.map(({ label_id, name, colour }) => ({
          key: label_id,
          name,
          isChosen: isOn(label_id),
          sign: <i className="label-dot" style={{ "--label": colour } as object} />,
        }))}
        onChoose={({ key }) => toggle(key)}
      />
    </DialogFrame>
  );
}

/** The labels of a conversation as its list was read; none where no list has it. */
function labelsRead(queries: QueryClient, id: Id): readonly Id[] {
  const lists = queries.getQueriesData<InfiniteData<Page<ConversationSummary>>>({
    queryKey: ["conversations"],
  });
  for (const [, data] of lists) {
    const found = data?.pages
      ?.flatMap(({ items }) => items)
      .find(({ conversation_id }) => conversation_id === id);
    if (found !== undefined) return found.label_ids;
  }
  return [];
}
