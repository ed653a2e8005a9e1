/** Members, invitations and teams. */

import type { Id } from "@airdesk/protocol";
import { useState } from "preact/hooks";
import type { Invitation, Member, Role, Team } from "@airdesk/staff";
import { dayAndTime, typedWords } from "@airdesk/staff";
import { Avatar, Button, Choices, SelectField, Switch, TextField } from "../parts/controls.tsx";
import { CopyText } from "../parts/copy.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import type { SettingsSaying } from "../words/settings.ts";
import { Collection } from "./collection.tsx";
import { NotYet, useList, useMay, useSession, useSettingsWords } from "./context.tsx";
import { Confirm, DialogButtons, Row, Section, useOpen } from "./section.tsx";

const ROLES: readonly (readonly [Role, SettingsSaying])[] = [
  ["agent", "roleAgent"],
  ["supervisor", "roleSupervisor"],
  ["owner", "roleOwner"],
];

function useRoleOptions(): readonly (readonly [Role, string])[] {
  const say = useSettingsWords();
  return ROLES.map(([role, saying]) => [role, say(saying)] as const);
}

function useTeamOptions(): readonly (readonly [Id, string])[] {
  const teams = useList<Team>("/api/v1/teams");
  return (teams.value ?? []).map(({ team_id, name }) => [team_id, name] as const);
}

/** Members and who was invited. */
export function MemberSection() {
  const say = useSettingsWords();
  const { user } = useSession();
  const mayWrite = useMay("members:write");
  const members = useList<Member>("/api/v1/members");
  const invitations = useList<Invitation>("/api/v1/invitations", mayWrite);
  const [edited, edit, closeEdit] = useOpen<Member>();
  const [inviting, invite, closeInvite] = useOpen<true>();
  const roles = new Map(useRoleOptions());
  const teams = new Map(useTeamOptions());
  const detail = ({ email, role, team_ids, skills, is_active }: Member) => (
    <>
      {!is_active && <i class="tag bad">{say("inactive")}</i>}
      {[email, roles.get(role), ...team_ids.map((id) => teams.get(id)), ...skills]
        .filter(Boolean)
        .join(" · ")}
    </>
  );
  return (
    <Section
      title={say("members")}
      intro={say("membersIntro")}
      action={
        mayWrite && (
          <Button kind="primary" icon="add" testid="invite" onClick={() => invite(true)}>
            {say("invite")}
          </Button>
        )
      }
    >
      {members.value === null && <NotYet loaded={members} />}
      <ul class="rows" data-testid="members">
        {members.value?.map((member) => (
          <Row
            key={member.user_id}
            sign={<Avatar id={member.user_id} name={member.name} />}
            title={
              <>
                {member.name}
                {member.user_id === user.user_id && <i class="tag">{say("itsYou")}</i>}
              </>
            }
            detail={detail(member)}
          >
            {mayWrite && <Button onClick={() => edit(member)}>{say("edit")}</Button>}
          </Row>
        ))}
      </ul>
      {invitations.value !== null && invitations.value.length > 0 && (
        <InvitationList invitations={invitations.value} onChange={invitations.reload} />
      )}
      {edited && <MemberDialog member={edited} onClose={closeEdit} onSaved={members.reload} />}
      {inviting && <InviteDialog onClose={closeInvite} onInvited={invitations.reload} />}
    </Section>
  );
}

function InvitationList(props: { invitations: readonly Invitation[]; onChange: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const { language } = usePreferences();
  const roles = new Map(useRoleOptions());
  const [withdrawn, withdraw, close] = useOpen<Invitation>();
  return (
    <>
      <h2>{say("invitations")}</h2>
      <ul class="rows">
        {props.invitations.map((one) => (
          <Row
            key={one.invitation_id}
            sign={<Avatar id={one.email} name={one.email} />}
            title={one.email}
            detail={`${roles.get(one.role) ?? ""} · ${say(
              "invitationUntil",
              dayAndTime(one.expires_ms, language),
            )}`}
          >
            <Button kind="danger" onClick={() => withdraw(one)}>
              {say("withdraw")}
            </Button>
          </Row>
        ))}
      </ul>
      {withdrawn && (
        <Confirm
          title={say("withdrawAsk", withdrawn.email)}
          action={say("withdraw")}
          onClose={close}
          act={() =>
            api.delete(`/api/v1/invitations/${withdrawn.invitation_id}`).then(props.onChange)
          }
        />
      )}
    </>
  );
}

function InviteDialog(props: { onClose: () => void; onInvited: () => void }) {
  const { onClose, onInvited } = props;
  const api = useApi();
  const say = useSettingsWords();
  const roles = useRoleOptions();
  const teams = useTeamOptions();
  const [link, setLink] = useState("");
  const initial = { email: "", role: "agent", team_ids: [] as readonly string[] };
  const form = useForm(initial, async (values, key) => {
    const { url } = await api.post<{ url: string }>("/api/v1/invitations", values, key);
    setLink(new URL(url, location.origin).href);
    onInvited();
  });
  if (link !== "") {
    return (
      <Dialog title={say("inviteTitle")} closeLabel={say("close")} onClose={onClose} guarded wide>
        <div class="form">
          <h3>{say("inviteDone", form.values.email)}</h3>
          <CopyText text={link} label={say("inviteLink")} testid="invite-link" />
          <p class="hint">{say("inviteDoneHint")}</p>
          <div class="buttons end">
            <Button kind="primary" testid="done" onClick={onClose}>
              {say("close")}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={say("inviteTitle")}
      closeLabel={say("close")}
      onClose={onClose}
      guarded={form.touched}
    >
      <form onSubmit={form.submit} noValidate>
        <TextField
          {...form.field("email")}
          label={say("email")}
          hint={say("inviteHint")}
          type="email"
        />
        <SelectField
          {...form.field("role")}
          label={say("role")}
          hint={say("roleHint")}
          options={roles}
        />
        {teams.length > 0 && (
          <Choices {...form.field("team_ids")} label={say("inTeams")} options={teams} />
        )}
        <FormFault text={form.fault} />
        <DialogButtons busy={form.busy} onClose={onClose} action={say("invite")} />
      </form>
    </Dialog>
  );
}

function MemberDialog(props: { member: Member; onClose: () => void; onSaved: () => void }) {
  const { member, onClose, onSaved } = props;
  const api = useApi();
  const say = useSettingsWords();
  const roles = useRoleOptions();
  const teams = useTeamOptions();
  const { user } = useSession();
  const isSelf = member.user_id === user.user_id;
  const initial = {
    role: member.role as string,
    capacity: String(member.capacity),
    team_ids: member.team_ids,
    skills: member.skills.join(" "),
    is_active: member.is_active,
  };
  const form = useForm(initial, async ({ role, ...values }) => {
    await api.patch(`/api/v1/members/${member.user_id}`, {
      ...values,
      ...(role === member.role ? {} : { role }),
      capacity: Number(values.capacity),
      skills: typedWords(values.skills),
    });
    onSaved();
    onClose();
  });
  return (
    <Dialog title={member.name} closeLabel={say("close")} onClose={onClose} guarded={form.touched}>
      <form onSubmit={form.submit} noValidate>
        <SelectField
          {...form.field("role")}
          label={say("role")}
          hint={say("roleHint")}
          options={roles}
        />
        <TextField
          {...form.field("capacity")}
          label={say("capacity")}
          type="number"
          min={0}
          max={100}
        />
        <TextField {...form.field("skills")} label={say("skills")} hint={say("skillsHint")} />
        <Choices
          {...form.field("team_ids")}
          label={say("inTeams")}
          options={teams}
          empty={say("noTeams")}
        />
        {!isSelf && (
          <Switch {...form.field("is_active")} label={say("active")} hint={say("activeHint")} />
        )}
        <FormFault text={form.fault} />
        <DialogButtons busy={form.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Teams. */
export function TeamSection() {
  const say = useSettingsWords();
  const list = useList<Team>("/api/v1/teams");
  const members = useList<Member>("/api/v1/members");
  const names = new Map(members.value?.map(({ user_id, name }) => [user_id, name]));
  return (
    <Collection
      kind={{
        path: "/api/v1/teams",
        title: say("teams"),
        intro: say("teamsIntro"),
        none: say("noneTeams"),
        addWord: say("addTeam"),
        mayWrite: useMay("teams:write"),
        list,
        id: ({ team_id }: Team) => team_id,
        name: ({ name }) => name,
        detail: ({ member_ids }) =>
          member_ids
            .map((id) => names.get(id))
            .filter(Boolean)
            .join(", ") || say("membersCount", member_ids.length),
        values: (item) => ({ name: item?.name ?? "", member_ids: item?.member_ids ?? [] }),
        body: (values) => values,
        fields: (form) => (
          <>
            <TextField {...form.field("name")} label={say("name")} lengthMax={100} />
            <Choices
              {...form.field("member_ids")}
              label={say("teamMembers")}
              options={[...names]}
            />
          </>
        ),
      }}
    />
  );
}
