import { Input } from "antd";
import { useState } from "react";
import { useDesk } from "../../shell/desk.tsx";
import { Face } from "../../shell/face.tsx";
import { useSay } from "../../shell/words.tsx";
import { useAgents, usePresence, useTeams } from "../catalogue.ts";
import { targets, useActionContext } from "../keys/actions.ts";
import { ChoiceList, type Choice } from "./choice_list.tsx";
import { DialogFrame } from "./dialog_frame.tsx";
import { transferChoices } from "./transfer_choices.ts";

const NOTE_LETTERS_MAX = 2_000;

/** Hand the open conversation to a colleague or a team, with a note. */
export default function TransferDialog() {
  const say = useSay();
  const desk = useDesk();
  const context = useActionContext();
  const sources = { agents: useAgents(), teams: useTeams(), presence: usePresence() };
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const choices: Choice[] = transferChoices({ you: desk.you, ...sources }, say).map((one) => ({
    ...one,
    isChosen: one.key === to,
    sign:
      one.kind === "team" ? (
        <Face id="" name={one.name} icon="people" size="small" />
      ) : (
        <Face id={one.id} name={one.name} size="small" presence={one.presence} />
      ),
  }));
  // Who was chosen may have left since.
  const isReady = choices.some(({ isChosen, isDisabled }) => isChosen && isDisabled !== true);
  const run = () => {
    const [kind, id = ""] = to.split(" ");
    const whom = kind === "team" ? { team: id } : { agent: id };
    for (const one of targets(context)) desk.transfer(whom, note, one);
    context.workplace.set({ selected: [] });
  };
  return (
    <DialogFrame title="transferTitle" confirm={{ saying: "transfer", isReady, run }}>
      <ChoiceList
        label={say("transferTo")}
        placeholder={say("transferTo")}
        none={say("transferNobody")}
        choices={choices}
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
            if (!(event.ctrlKey || event.metaKey)) return;
            document.querySelector<HTMLElement>("#dialog-confirm")?.click();
          }}
        />
        <small>{say("transferNoteHint")}</small>
      </label>
    </DialogFrame>
  );
}
