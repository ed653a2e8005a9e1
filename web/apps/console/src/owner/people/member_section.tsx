import { Button, Checkbox, Tag, Tooltip } from "antd";
import { useState } from "react";
import { dayAndTime, type Invitation, type Member, type Team } from "@airdesk/staff";
import { Read, formWords, useConfirm, useList, useReload } from "../../forms/index.ts";
import { Face, Icon, useApi, usePreferences, useSession, useWords } from "../../shell/index.ts";
import { SettingsFrame } from "../settings_frame.tsx";
import { peopleWords } from "../words/people.ts";
import { InviteWindow } from "./invite_window.tsx";
import { LogInWindow } from "./log_in_window.tsx";
import { MemberWindow } from "./member_window.tsx";
import { MEMBERS, INVITATIONS, TEAMS, roleWord } from "./paths.ts";

/** Everybody who has a seat, and who was invited. */
export default function MemberSection() {
  const say = useWords(peopleWords);
  const members = useList<Member>(MEMBERS);
  const invitations = useList<Invitation>(INVITATIONS);
  const [isInviting, setInviting] = useState(false);
  const [edited, setEdited] = useState<Member | null>(null);
  const [watched, setWatched] = useState<Member | null>(null);
  return (
    <SettingsFrame
      title={say("members")}
      hint={say("membersHint")}
      actions={
        <Button
          type="primary"
          icon={<Icon name="add" />}
          data-testid="invite"
          onClick={() => setInviting(true)}
        >
          {say("invite")}
        </Button>
      }
    >
      <Read of={members}>
        {(found) => <Seats members={found} onEdit={setEdited} onLogIns={setWatched} />}
      </Read>
      {invitations.data !== undefined && invitations.data.length > 0 && (
        <Invitations invitations={invitations.data} />
      )}
      {isInviting && <InviteWindow onClose={() => setInviting(false)} />}
      {edited !== null && (
        <MemberWindow key={edited.user_id} member={edited} onClose={() => setEdited(null)} />
      )}
      {watched !== null && <LogInWindow member={watched} onClose={() => setWatched(null)} />}
    </SettingsFrame>
  );
}

function Seats(props: {
  readonly members: readonly Member[];
  readonly onEdit: (member: Member) => void;
  readonly onLogIns: (member: Member) => void;
}) {
  const say = useWords(peopleWords);
  const [areClosedShown, showClosed] = useState(false);
  const closed = props.members.filter(({ is_active }) => !is_active);
  const shown = areClosedShown ? props.members : props.members.filter(({ is_active }) => is_active);
  return (
    <>
      <div className="table-box">
        <table className="table" data-testid="members">
          <thead>
            <tr>
              <th>{say("person")}</th>
              <th>{say("role")}</th>
              <th className="numeric">{say("capacityShort")}</th>
              <th>{say("inTeams")}</th>
              <th>{say("skills")}</th>
              <th>
                <span className="visually-hidden">{say("actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((member) => (
              <Seat
                key={member.user_id}
                member={member}
                onEdit={() => props.onEdit(member)}
                onLogIns={() => props.onLogIns(member)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {closed.length > 0 && (
        <Checkbox checked={areClosedShown} onChange={({ target }) => showClosed(target.checked)}>
          {say("showClosed", closed.length)}
        </Checkbox>
      )}
    </>
  );
}

interface SeatProps {
  readonly member: Member;
  readonly onEdit: () => void;
  readonly onLogIns: () => void;
}

function Seat({ member, ...acts }: SeatProps) {
  const say = useWords(peopleWords);
  const { user } = useSession();
  const teams = useList<Team>(TEAMS);
  const { user_id, name, email, role, capacity, team_ids, skills, is_active } = member;
  const teamNames = team_ids
    .map((id) => teams.data?.find(({ team_id }) => team_id === id)?.name)
    .filter((one) => one !== undefined);
  return (
    <tr data-closed={!is_active} data-testid="member">
      <th scope="row">
        <span className="who">
          <Face id={user_id} name={name} />
          <span className="two-lines">
            <span>
              {name}
              {user_id === user.user_id && <Tag>{say("itsYou")}</Tag>}
              {!is_active && <Tag color="error">{say("closed")}</Tag>}
            </span>
            <small>{email}</small>
          </span>
        </span>
      </th>
      <td className="one-line" data-label={say("role")}>
        {say(roleWord(role))}
      </td>
      <td className="numeric" data-label={say("capacityShort")}>
        {capacity}
      </td>
      <td data-label={say("inTeams")} data-blank={teamNames.length === 0}>
        {teamNames.join(", ") || <Dash />}
      </td>
      <td data-label={say("skills")} data-blank={skills.length === 0}>
        <span>
          {skills.length === 0 ? <Dash /> : skills.map((one) => <Tag key={one}>{one}</Tag>)}
        </span>
      </td>
      <td className="row-actions">
        <SeatButtons member={member} {...acts} />
      </td>
    </tr>
  );
}

function SeatButtons({ member, onEdit, onLogIns }: SeatProps) {
  const say = useWords(peopleWords);
  const sayForm = useWords(formWords);
  const api = useApi();
  const { user } = useSession();
  const reload = useReload();
  const confirm = useConfirm();
  const { user_id, name, is_active } = member;
  const close = () =>
    confirm({
      title: say("closeSeatAsk", name),
      hint: say("closeSeatHint", name),
      action: say("closeSeat"),
      act: () => api.delete(`${MEMBERS}/${user_id}`).then(() => reload(MEMBERS)),
    });
  const open = () =>
    confirm({
      title: say("openSeatAsk", name),
      hint: say("openSeatHint"),
      action: say("openSeat"),
      isCalm: true,
      act: () =>
        api.patch(`${MEMBERS}/${user_id}`, { is_active: true }).then(() => reload(MEMBERS)),
    });
  return (
    <>
      {is_active && user_id !== user.user_id && (
        // Not red: it is on every row, and asks before it does anything.
        <Button size="small" type="text" onClick={close} data-testid="close-seat">
          {say("closeSeat")}
        </Button>
      )}
      {is_active && (
        <Tooltip title={say("logIns")}>
          <Button
            size="small"
            type="text"
            icon={<Icon name="screen" />}
            onClick={onLogIns}
            aria-label={say("logInsOf", name)}
            data-testid="log-ins"
          />
        </Tooltip>
      )}
      {!is_active && (
        <Button size="small" type="text" onClick={open} data-testid="open-seat">
          {say("openSeat")}
        </Button>
      )}
      {is_active && (
        <Button
          size="small"
          onClick={onEdit}
          aria-label={say("editMember", name)}
          data-testid="edit-member"
        >
          {sayForm("edit")}
        </Button>
      )}
    </>
  );
}

function Invitations({ invitations }: { invitations: readonly Invitation[] }) {
  const say = useWords(peopleWords);
  const api = useApi();
  const confirm = useConfirm();
  const reload = useReload();
  const { language } = usePreferences();
  const withdraw = ({ invitation_id, email }: Invitation) =>
    confirm({
      title: say("withdrawAsk", email),
      hint: say("withdrawHint"),
      action: say("withdraw"),
      act: () => api.delete(`${INVITATIONS}/${invitation_id}`).then(() => reload(INVITATIONS)),
    });
  return (
    <section className="stack">
      <h2>{say("invitations")}</h2>
      <ul className="rows" data-testid="invitations">
        {invitations.map((one) => (
          <li key={one.invitation_id} className="row">
            <Face id="" name={one.email} />
            <span className="row-words two-lines">
              <span>{one.email}</span>
              <small>
                {say(roleWord(one.role))} ·{" "}
                {say("invitationUntil", dayAndTime(one.expires_ms, language))}
              </small>
            </span>
            <Button size="small" type="text" danger onClick={() => withdraw(one)}>
              {say("withdraw")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Dash() {
  return <span className="faint">–</span>;
}
