import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { useSay } from "../../shell/words.tsx";
import { useLabels } from "../catalogue.ts";
import { ChoiceList } from "./choice_list.tsx";
import { DialogFrame } from "./dialog_frame.tsx";

const NONE: readonly string[] = [];

/** Put labels on the open conversation, or take them off; each choice counts at once. */
export default function LabelDialog() {
  const say = useSay();
  const desk = useDesk();
  const labels = useLabels();
  const chosen = useDeskState(
    ({ conversations, chosen }) => conversations.rows.get(chosen)?.labels ?? NONE,
  );
  const toggle = (id: string) => {
    desk.setLabels(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
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
          isChosen: chosen.includes(label_id),
          sign: <i className="label-dot" style={{ "--label": colour } as object} />,
        }))}
        onChoose={({ key }) => toggle(key)}
      />
    </DialogFrame>
  );
}
