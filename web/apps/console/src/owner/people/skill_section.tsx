import { Tag } from "antd";
import type { Inbox, Member } from "@airdesk/staff";
import { Read, useList } from "../../forms/index.ts";
import { Icon, Nothing, useWords } from "../../shell/index.ts";
import { Go, SettingsFrame } from "../settings_frame.tsx";
import { peopleWords } from "../words/people.ts";
import { INBOXES, MEMBERS } from "./paths.ts";
import { skillsOf } from "./skills.ts";

/** Which skills there are, who has them and which inboxes ask for them. */
export default function SkillSection() {
  const say = useWords(peopleWords);
  const members = useList<Member>(MEMBERS);
  const inboxes = useList<Inbox>(INBOXES).data ?? [];
  return (
    <SettingsFrame title={say("skillsTitle")} hint={say("skillsIntro")}>
      <Read of={members}>
        {(found) => {
          const skills = skillsOf(found, inboxes);
          if (skills.length === 0) {
            return (
              <div className="empty">
                <Nothing icon="check" title={say("noneSkills")}>
                  {say("noneSkillsHint")}
                </Nothing>
              </div>
            );
          }
          return <SkillTable skills={skills} />;
        }}
      </Read>
    </SettingsFrame>
  );
}

function SkillTable({ skills }: { skills: ReturnType<typeof skillsOf> }) {
  const say = useWords(peopleWords);
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th>{say("skill")}</th>
            <th>{say("skillAgents")}</th>
            <th>{say("skillInboxes")}</th>
          </tr>
        </thead>
        <tbody>
          {skills.map(({ skill, members, inboxes }) => (
            <tr key={skill}>
              <th scope="row">
                <Tag>{skill}</Tag>
              </th>
              <td data-label={say("skillAgents")}>
                {members.map(({ name }) => name).join(", ") || (
                  <span className="warn-words">
                    <Icon name="alarm" />
                    {say("skillNobody")}
                  </span>
                )}
              </td>
              <td data-label={say("skillInboxes")}>
                {inboxes.length === 0 ? (
                  <span className="faint">{say("skillUnused")}</span>
                ) : (
                  inboxes.map(({ inbox_id, name }) => (
                    <Go key={inbox_id} to={`/settings/inboxes/${inbox_id}/routing`}>
                      {name}
                    </Go>
                  ))
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
