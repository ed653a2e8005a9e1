import { Input } from "antd";
import { useState } from "react";
import { useDesk } from "../../shell/desk.tsx";
import { Face } from "../../shell/face.tsx";
import { useSay } from "../../shell/words.tsx";
import { useAgents, useTeams } from "../catalogue.ts";
import { targets, useActionContext } from "../keys/actions.ts";
import { ChoiceList, type Choice } from "./choice_list.tsx";
import { DialogFrame } from "./dialog_frame.tsx";

const NOTE_LETTERS_MAX = 2_000;

/** Hand the open conversation to a colleague or a team, with a note. */
export default function TransferDialog() {
  const say = useSay();
  const desk = useDesk();
  const context = useActionContext();
  const agents = useAgents().filter(({ id }) => id !== desk.you);
  const teams = useTeams();
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const choices: Choice[] = [
    ...teams.map(({ team_id, name, member_ids }) => ({
      key: `team ${team_id}`,
      name,
      hint: member_ids.length === 0 ? say("teamEmpty") : say("teamOf", member_ids.length),
      isDisabled: member_ids.length === 0,
      sign: <Face id="" name={name} icon="people" size="small" />,
    })),
    ...agents.map(({ id, name }) => ({
      key: `agent ${id}`,
      name,
      sign: <Face id={id} name={name} size="small" />,
    })),
  ];
  const run = () => {
    const [kind, id = ""] = to.split(" ");
    const whom = kind === "team" ? { team: id } : { agent: id };
    for (const one of targets(context)) desk.transfer(whom, note, one);
    context.workplace.set({ selected: [] });
  };
  return (
    <DialogFrame title="transferTitle" confirm={{ saying: "transfer", isReady: to !== "", run }}>
      <ChoiceList
        label={say("transferTo")}
        placeholder={say("transferTo")}
        none={say("transferNobody")}
        choices={choices.map((one) => ({ ...one, isChosen: one.key === to }))}
        onChoose={({ key }) => {
          setTo(key);
          document.querySelector<HTMLElement>("#transfer-note")?.focus();
        }}
      />
      <label className="dialog-field">
        <span>{say("transferNote")}</span>
        <Input.TextArea
          id="transfer-note"
          rows={3}
          maxLength={NOTE_LETTERS_MAX}
          value={note}
          onChange={({ target }) => setNote(target.value)}
          onPressEnter={(event) => {
            if (!(event.ctrlKey || event.metaKey) || to === "") return;
            document.querySelector<HTMLElement>("#dialog-confirm")?.click();
          }}
        />
        <small>{say("transferNoteHint")}</small>
      </label>
    </DialogFrame>
  );
}
