import type { Member } from "@airdesk/staff";
import { NumberField, SaveBar, TextField, useForm, useReload } from "../forms/index.ts";
import { useApi, useWords } from "../shell/index.ts";
import { profileWords } from "./words.ts";

const CAPACITY_MAX = 100;

/** One's own seat. */
export type OwnSeat = Member;

const valuesOf = ({ name, capacity }: OwnSeat) => ({ name, capacity: String(capacity) });

/** Name and capacity. */
export function SelfForm({ seat }: { seat: OwnSeat }) {
  const api = useApi();
  const say = useWords(profileWords);
  const reload = useReload();
  const before = valuesOf(seat);
  const form = useForm(before, async (values) => {
    const changed = await api.patch<OwnSeat>("/api/v1/members/me", {
      name: values.name,
      // An owner may have set it above what one may choose oneself.
      ...(values.capacity !== before.capacity && { capacity: Number(values.capacity) }),
    });
    void reload(`/api/v1/members/${seat.user_id}`, "/api/v1/members", "/api/v1/agents");
    return valuesOf(changed);
  });
  const most = seat.capacity_max || CAPACITY_MAX;
  const bound = seat.capacity_max > 0 ? ` ${say("capacityMax", most)}` : "";
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <div className="pair">
        <TextField
          {...form.field("name")}
          label={say("name")}
          hint={say("nameHint")}
          lengthMax={100}
        />
        <NumberField
          {...form.field("capacity")}
          label={say("capacity")}
          hint={say("capacityHint") + bound}
          min={1}
          max={most}
        />
      </div>
      <p className="muted">
        {say("email")}: {seat.email}
      </p>
      <SaveBar form={form} />
    </form>
  );
}
