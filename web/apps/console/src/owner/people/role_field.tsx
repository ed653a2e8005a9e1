import { Radio } from "antd";
import { useId } from "react";
import type { Role } from "@airdesk/staff";
import type { Bound } from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { peopleWords } from "../words/people.ts";
import { ROLES, roleWord } from "./paths.ts";

const HINTS = {
  agent: "roleAgentHint",
  supervisor: "roleSupervisorHint",
  owner: "roleOwnerHint",
} as const;

/** A role, with what it may do. */
export function RoleField({ value, onChange, error }: Bound<Role>) {
  const say = useWords(peopleWords);
  const id = useId();
  return (
    <fieldset className="field">
      <legend id={id}>{say("role")}</legend>
      <Radio.Group
        className="role-choices"
        aria-labelledby={id}
        value={value}
        onChange={({ target }) => onChange(target.value as Role)}
      >
        {ROLES.map((role) => (
          <Radio key={role} value={role}>
            <b>{say(roleWord(role))}</b> <span className="muted">{say(HINTS[role])}</span>
          </Radio>
        ))}
      </Radio.Group>
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
