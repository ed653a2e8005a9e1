import type { Inbox, Member, Team } from "@airdesk/staff";
import { ManyField, TextField, useList } from "../../forms/index.ts";
import { Face, useWords } from "../../shell/index.ts";
import { Collection } from "../collection.tsx";
import { peopleWords } from "../words/people.ts";
import { INBOXES, MEMBERS, TEAMS } from "./paths.ts";

/** Faces beside each other, at the most. */
const FACES_MAX = 8;

/** Teams and who is in them. */
export default function TeamSection() {
  const say = useWords(peopleWords);
  const members = useList<Member>(MEMBERS).data ?? [];
  const inboxes = useList<Inbox>(INBOXES).data ?? [];
  const list = useList<Team>(TEAMS);
  const answered = (id: string) =>
    inboxes.filter(({ team_id }) => team_id === id).map(({ name }) => name);
  return (
    <Collection
      kind={{
        path: TEAMS,
        title: say("teams"),
        hint: say("teamsHint"),
        icon: "people",
        none: say("noneTeams"),
        noneHint: say("noneTeamsHint"),
        addWord: say("addTeam"),
        list,
        id: ({ team_id }: Team) => team_id,
        name: ({ name }) => name,
        row: ({ team_id, name, member_ids }) => {
          const inIt = members.filter(({ user_id }) => member_ids.includes(user_id));
          const doors = answered(team_id);
          return (
            <>
              <span className="row-words two-lines">
                <b>{name}</b>
                <small>
                  {inIt.map((one) => one.name).join(", ") || say("nobody")}
                  {doors.length > 0 && ` · ${say("usedBy", doors.join(", "))}`}
                </small>
              </span>
              <span className="faces only-wide">
                {inIt.slice(0, FACES_MAX).map((one) => (
                  <Face key={one.user_id} id={one.user_id} name={one.name} size="small" />
                ))}
              </span>
            </>
          );
        },
        values: (item) => ({
          name: item?.name ?? "",
          member_ids: item?.member_ids ?? ([] as readonly string[]),
        }),
        body: (values) => values,
        fields: (form) => (
          <>
            <TextField {...form.field("name")} label={say("teamName")} lengthMax={100} />
            <ManyField
              {...form.field("member_ids")}
              label={say("teamMembers")}
              options={members
                .filter(
                  ({ is_active, user_id }) => is_active || form.values.member_ids.includes(user_id),
                )
                .map(({ user_id, name }) => [user_id, name] as const)}
            />
          </>
        ),
      }}
    />
  );
}
