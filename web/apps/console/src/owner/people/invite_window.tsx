import { Button, Modal } from "antd";
import { useState } from "react";
import { dayAndTime, type Role, type Team } from "@airdesk/staff";
import {
  useFocusBack,
  CopyText,
  FormWindow,
  ManyField,
  TextField,
  formWords,
  useForm,
  useList,
  useReload,
} from "../../forms/index.ts";
import { useApi, usePreferences, useWords } from "../../shell/index.ts";
import { peopleWords } from "../words/people.ts";
import { INVITATIONS, TEAMS } from "./paths.ts";
import { RoleField } from "./role_field.tsx";

interface Made {
  readonly url: string;
  readonly email: string;
  readonly expires_ms: number;
}

/** Make an invitation; its link is shown once, to be copied. */
export function InviteWindow({ onClose }: { onClose: () => void }) {
  useFocusBack();
  const api = useApi();
  const reload = useReload();
  const say = useWords(peopleWords);
  const teams = useList<Team>(TEAMS).data ?? [];
  const [made, setMade] = useState<Made | null>(null);
  const initial = { email: "", role: "agent" as Role, team_ids: [] as readonly string[] };
  const form = useForm(initial, async (values, key) => {
    setMade(await api.post<Made>(INVITATIONS, values, key));
    void reload(INVITATIONS);
  });
  if (made !== null) return <LinkWindow made={made} onClose={onClose} />;
  return (
    <FormWindow title={say("inviteTitle")} form={form} action={say("inviteMake")} onClose={onClose}>
      <TextField
        {...form.field("email")}
        label={say("email")}
        hint={say("inviteHint")}
        type="email"
      />
      <RoleField {...form.field("role")} />
      {teams.length > 0 && (
        <ManyField
          {...form.field("team_ids")}
          label={say("inTeams")}
          options={teams.map(({ team_id, name }) => [team_id, name] as const)}
        />
      )}
    </FormWindow>
  );
}

function LinkWindow({ made, onClose }: { made: Made; onClose: () => void }) {
  const say = useWords(peopleWords);
  const sayForm = useWords(formWords);
  const { language } = usePreferences();
  const link = new URL(made.url, location.origin).href;
  return (
    <Modal
      open
      title={say("inviteDone", made.email)}
      width={560}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
      closable={{ "aria-label": sayForm("close") }}
    >
      <div className="form">
        <CopyText text={link} label={say("inviteLink")} testid="invite-link" />
        <p className="muted">{say("inviteDoneHint", dayAndTime(made.expires_ms, language))}</p>
        <div className="window-buttons">
          <Button type="primary" onClick={onClose} data-testid="done">
            {sayForm("done")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
