import { useState } from "preact/hooks";
import { Button, Field, TextField } from "../parts/controls.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useDesk, useDeskWords } from "./desk_context.tsx";

/** To whom a conversation goes, and a word on the way. */
export function TransferDialog({ onClose }: { onClose: () => void }) {
  const desk = useDesk();
  const say = useDeskWords();
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const agents = desk.people.agents.filter(({ id }) => id !== desk.you);
  const teams = desk.teams.filter(({ member_ids }) => member_ids.length > 0);
  const transfer = (event: Event) => {
    event.preventDefault();
    const [kind, id = ""] = to.split(":");
    if (id === "") return;
    desk.transfer(kind === "team" ? { team: id } : { agent: id }, note);
    onClose();
  };
  return (
    <Dialog
      title={say("transferTitle")}
      closeLabel={say("close")}
      onClose={onClose}
      guarded={note !== ""}
    >
      <form onSubmit={transfer}>
        {agents.length + teams.length === 0 ? (
          <p class="word">{say("transferNobody")}</p>
        ) : (
          <Field name="to" label={say("transferTo")}>
            {(said) => (
              <select
                {...said}
                required
                data-testid="transfer-to"
                value={to}
                onChange={({ currentTarget }) => setTo(currentTarget.value)}
              >
                <option value="">{say("choose")}</option>
                {agents.length > 0 && (
                  <optgroup label={say("transferAgents")}>
                    {agents.map(({ id, name }) => (
                      <option key={id} value={`agent:${id}`}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                )}
                {teams.length > 0 && (
                  <optgroup label={say("transferTeams")}>
                    {teams.map(({ team_id, name }) => (
                      <option key={team_id} value={`team:${team_id}`}>
                        {name}
                      </option>
                    ))}
                  </optgroup>
                )}
              </select>
            )}
          </Field>
        )}
        <TextField
          name="note"
          label={say("transferNote")}
          hint={say("transferNoteHint")}
          value={note}
          onChange={setNote}
          lines={3}
          lengthMax={4000}
        />
        <div class="buttons end">
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button kind="primary" type="submit" disabled={to === ""} testid="transfer-go">
            {say("transfer")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
