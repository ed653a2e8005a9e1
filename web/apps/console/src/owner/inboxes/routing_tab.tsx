import { Radio } from "antd";
import { useId } from "react";
import type { Team } from "@airdesk/staff";
import {
  ManyField,
  NumberField,
  Panel,
  SelectField,
  SwitchField,
  useList,
  useOne,
} from "../../forms/index.ts";
import { useWords } from "../../shell/index.ts";
import { inboxWords } from "../words/inboxes.ts";
import type { TabProps } from "./inbox_page.tsx";

const RULES = ["longest_idle", "least_busy", "round_robin", "manual"] as const;

/** Who gets the visitors of an inbox. */
export function RoutingTab(props: TabProps) {
  const { form } = props;
  const say = useWords(inboxWords);
  return (
    <>
      <Panel>
        <SwitchField {...form.field("has_bot")} label={say("bot")} hint={say("botHint")} />
      </Panel>
      <RulePanel {...props} />
      <WhoPanel {...props} />
      <Panel title={say("bounds")}>
        <div className="pair">
          <NumberField
            {...form.field("answer_minutes")}
            label={say("answerMinutes")}
            hint={say("answerHint")}
            unit={say("minutes")}
            min={0}
            max={527_040}
          />
          <NumberField
            {...form.field("reopen_hours")}
            label={say("reopenHours")}
            hint={say("reopenHint")}
            unit={say("hours")}
            min={0}
            max={8_784}
          />
        </div>
      </Panel>
    </>
  );
}

function RulePanel({ form }: TabProps) {
  const say = useWords(inboxWords);
  const id = useId();
  const fault = form.error("rule");
  return (
    <Panel>
      <fieldset className="field">
        <legend id={id}>{say("rule")}</legend>
        <Radio.Group
          className="rule-choices"
          aria-labelledby={id}
          value={form.values.rule}
          onChange={({ target }) => form.set({ rule: target.value as string })}
        >
          {RULES.map((rule) => (
            <Radio key={rule} value={rule}>
              <span className="two-lines">
                <b>{say(`rule_${rule}`)}</b>
                <small>{say(`rule_${rule}_hint`)}</small>
              </span>
            </Radio>
          ))}
        </Radio.Group>
        {fault !== undefined && (
          <p className="field-error" role="alert">
            {fault}
          </p>
        )}
      </fieldset>
    </Panel>
  );
}

function WhoPanel({ form }: TabProps) {
  const say = useWords(inboxWords);
  const teams = useList<Team>("/api/v1/teams").data ?? [];
  const known = useOne<{ readonly items: readonly string[] }>("/api/v1/skills").data?.items ?? [];
  const skills = form.values.skills.split(" ").filter(Boolean);
  return (
    <Panel title={say("whoAnswers")}>
      <div className="form">
        <SelectField
          {...form.field("team_id")}
          label={say("team")}
          options={[
            ["", say("everybody")],
            ...teams.map(({ team_id, name }) => [team_id, name] as const),
          ]}
        />
        <ManyField
          name="skills"
          label={say("skills")}
          hint={say("skillsHint")}
          value={skills}
          error={form.error("skills")}
          options={known.map((one) => [one, one] as const)}
          isFree
          onChange={(chosen) => form.set({ skills: chosen.join(" ") })}
        />
        <SwitchField {...form.field("sticky")} label={say("sticky")} />
      </div>
    </Panel>
  );
}
