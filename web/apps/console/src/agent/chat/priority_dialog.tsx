import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useSay } from "../../shell/words.tsx";
import { ChoiceList } from "./choice_list.tsx";
import { DialogFrame, useClose } from "./dialog_frame.tsx";

const PRIORITIES = [2, 1, 0] as const;

/** Say how urgent the open conversation is. */
export default function PriorityDialog() {
  const say = useSay();
  const desk = useDesk();
  const close = useClose();
  const now = useDeskState(
    ({ conversations, chosen }) => conversations.rows.get(chosen)?.priority ?? 0,
  );
  return (
    <DialogFrame title="priority">
      <ChoiceList
        label={say("priority")}
        choices={PRIORITIES.map((priority) => ({
          key: String(priority),
          name: say(`priority-${priority}`),
          isChosen: priority === now,
          sign: (
            <span className="flag" data-priority={priority}>
              <Icon name="flag" />
            </span>
          ),
        }))}
        onChoose={({ key }) => {
          desk.setPriority(Number(key));
          close();
        }}
      />
    </DialogFrame>
  );
}
