import type { Member, Team } from "@airdesk/staff";
import {
  useFocusBack,
  FormWindow,
  ManyField,
  NumberField,
  useForm,
  useList,
  useOne,
  useReload,
} from "../../forms/index.ts";
import { useApi, useWords } from "../../shell/index.ts";
import { peopleWords } from "../words/people.ts";
import { MEMBERS, SKILLS, TEAMS } from "./paths.ts";
import { RoleField } from "./role_field.tsx";

const CAPACITY_MAX = 1_000;

/** Change a seat. */
export function MemberWindow({ member, onClose }: { member: Member; onClose: () => void }) {
  useFocusBack();
  const api = useApi();
  const reload = useReload();
  const say = useWords(peopleWords);
  const teams = useList<Team>(TEAMS).data ?? [];
  const skills = useOne<{ readonly items: readonly string[] }>(SKILLS).data?.items ?? [];
  const { role, team_ids } = member;
  const initial = {
    role,
    capacity: String(member.capacity),
    capacity_max: String(member.capacity_max),
    team_ids,
    skills: member.skills,
  };
  const form = useForm(initial, async (values) => {
    await api.patch(`${MEMBERS}/${member.user_id}`, {
      team_ids: values.team_ids,
      skills: [...new Set(values.skills.map((one) => one.trim().toLowerCase()))],
      capacity: values.capacity === "" ? null : Number(values.capacity),
      capacity_max: Number(values.capacity_max),
      // Naming a role ends the person's sessions, even if it is the same.
      ...(values.role !== role && { role: values.role }),
    });
    await reload(MEMBERS, SKILLS, TEAMS);
    onClose();
  });
  return (
    <FormWindow title={say("editMember", member.name)} form={form} onClose={onClose}>
      <RoleField {...form.field("role")} />
      <div className="pair">
        <NumberField
          {...form.field("capacity")}
          label={say("capacity")}
          hint={say("capacityHint")}
          min={0}
          max={CAPACITY_MAX}
        />
        <NumberField
          {...form.field("capacity_max")}
          label={say("capacityMost")}
          hint={say("capacityMostHint")}
          min={0}
          max={CAPACITY_MAX}
        />
      </div>
      <ManyField
        {...form.field("team_ids")}
        label={say("inTeams")}
        options={teams.map(({ team_id, name }) => [team_id, name] as const)}
      />
      <ManyField
        {...form.field("skills")}
        label={say("skills")}
        hint={say("skillsHint")}
        options={skills.map((one) => [one, one] as const)}
        isFree
      />
    </FormWindow>
  );
}
