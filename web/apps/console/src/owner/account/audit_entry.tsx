import {
  auditWords,
  changesOf,
  dayAndTime,
  isAuditSaying,
  subjectName,
  type AuditRow,
} from "@airdesk/staff";
import { Face, usePreferences, useWords } from "../../shell/index.ts";
import { accountWords } from "../words/account.ts";
import { fieldName, valueWords } from "./audit_reading.ts";

/** What stands in the log for each kind of actor who has no name. */
export const NAMELESS = {
  command_line: "commandLine",
  visitor: "visitor",
  system: "system",
} as const;

/** One act: who, what, whom, when, and what was changed by it. */
export function AuditEntry(props: {
  readonly row: AuditRow;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { row, names } = props;
  const { action, actor } = row;
  const say = useWords(accountWords);
  const sayAct = useWords(auditWords);
  const { language } = usePreferences();
  const subject = subjectName(row, names);
  const nameless = NAMELESS[actor.kind as keyof typeof NAMELESS] ?? "somebody";
  // The name that the log has for the command line is English; people read their own language.
  const name = (actor.kind !== "command_line" && actor.name) || say(nameless);
  return (
    <li className="row audit-row" data-action={action}>
      <Face id={actor.kind === "user" ? actor.id : ""} name={name} size="small" />
      <div className="row-words two-lines">
        <span>
          <b>{isAuditSaying(action) ? sayAct(action) : action}</b>
          {subject !== "" && <span className="audit-subject"> {subject}</span>}
        </span>
        <small>
          {name}
          {actor.kind === "token" && ` ${say("byToken")}`} · {dayAndTime(row.at_ms, language)}
        </small>
        <Changes row={row} names={names} />
      </div>
    </li>
  );
}

function Changes({ row, names }: { row: AuditRow; names: ReadonlyMap<string, string> }) {
  const say = useWords(accountWords);
  const { language } = usePreferences();
  const changes = changesOf(row);
  if (changes.length === 0) return null;
  return (
    <details className="changes">
      <summary>{say("showChanges")}</summary>
      <table>
        <thead>
          <tr>
            <th>{say("field")}</th>
            {row.before !== null && <th>{say("before")}</th>}
            {row.after !== null && <th>{say("after")}</th>}
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{fieldName(field, language)}</th>
              {row.before !== null && <td>{valueWords(field, before, names, language)}</td>}
              {row.after !== null && <td>{valueWords(field, after, names, language)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
