import { Button, Checkbox, Input } from "antd";
import { useMemo, useRef, useState } from "react";
import { Problem, type Hours, type Inbox } from "@airdesk/staff";
import {
  Field,
  Panel,
  Read,
  SaveBar,
  SelectField,
  useForm,
  useOne,
  type Bound,
} from "../../forms/index.ts";
import { Icon, useApi, usePreferences, useWords } from "../../shell/index.ts";
import { Go } from "../settings_frame.tsx";
import { inboxWords } from "../words/inboxes.ts";
import {
  alwaysOpen,
  dayName,
  holidayName,
  hoursValues,
  likeMonday,
  spansOf,
  timezoneHere,
  timezones,
  withBreak,
  SPANS_MAX,
  type Clocks,
  type Day,
} from "./week.ts";

/** When an inbox is attended. */
export function HoursTab({ inbox }: { inbox: Inbox }) {
  const path = `/api/v1/inboxes/${inbox.inbox_id}/hours`;
  const hours = useOne<Hours>(path);
  return (
    <Read of={hours}>
      {(found) => <HoursForm path={path} hours={found} inbox_id={inbox.inbox_id} />}
    </Read>
  );
}

function HoursForm(props: { path: string; hours: Hours; inbox_id: string }) {
  const { path, hours, inbox_id } = props;
  const api = useApi();
  const say = useWords(inboxWords);
  const here = timezoneHere();
  const form = useForm(hoursValues(hours, here), async ({ timezone, week, holidays }) => {
    const faults: Record<string, string> = {};
    const days = week.map((day, number) => {
      const spans = spansOf(day);
      if (typeof spans === "string") faults[`day ${number}`] = say(spans);
      return spans;
    });
    if (Object.keys(faults).length > 0) throw new Problem(422, "", { fields: faults });
    return hoursValues(await api.put<Hours>(path, { timezone, week: days, holidays }), here);
  });
  const first = hours.is_set ? hours.timezone : here;
  const zones = useMemo(() => timezones(first), [first]);
  const { week } = form.values;
  const setDay = (number: number, day: Day) => form.set({ week: week.with(number, day) });
  return (
    <form className="inbox-form" onSubmit={form.submit} noValidate>
      <div className="narrow">
        <Panel
          title={say("week")}
          hint={say("hoursHint")}
          actions={
            <Go to={`/settings/inboxes/${inbox_id}/texts`} className="button-link">
              {say("hoursTexts")}
            </Go>
          }
        >
          <div className="form">
            <SelectField
              {...form.field("timezone")}
              label={say("timezone")}
              options={zones}
              isSearched
            />
            <ul className="week">
              {week.map((day, number) => (
                <DayRow
                  key={number}
                  number={number}
                  day={day}
                  error={form.error(`day ${number}`)}
                  onChange={(changed) => setDay(number, changed)}
                />
              ))}
            </ul>
            <div className="buttons">
              <Button size="small" onClick={() => form.set({ week: likeMonday(week) })}>
                {say("copyDown")}
              </Button>
              <Button size="small" onClick={() => form.set({ week: alwaysOpen(week) })}>
                {say("allDay")}
              </Button>
            </div>
          </div>
        </Panel>
        <Panel title={say("holidays")} hint={say("holidaysHint")}>
          <Holidays {...form.field("holidays")} />
        </Panel>
      </div>
      <SaveBar form={form} />
    </form>
  );
}

function DayRow(props: {
  readonly number: number;
  readonly day: Day;
  readonly error: string | undefined;
  readonly onChange: (day: Day) => void;
}) {
  const { number, day, error, onChange } = props;
  const say = useWords(inboxWords);
  const { language } = usePreferences();
  const more = useRef<HTMLButtonElement>(null);
  const name = dayName(number, language);
  const { spans } = day;
  const set = (place: number, clocks: Clocks) =>
    onChange({ ...day, spans: spans.with(place, clocks) });
  const remove = (place: number) => {
    onChange({ ...day, spans: spans.toSpliced(place, 1) });
    // The button that was pressed is gone with its line.
    requestAnimationFrame(() => more.current?.focus());
  };
  return (
    <li className="week-day">
      <Checkbox
        checked={day.isOpen}
        onChange={({ target }) => onChange({ ...day, isOpen: target.checked })}
      >
        {name}
      </Checkbox>
      {day.isOpen ? (
        <div className="week-spans">
          {spans.map((clocks, place) => (
            <SpanLine
              key={place}
              clocks={clocks}
              // The first of a day has no number: most days have one.
              name={place === 0 ? name : `${name} ${place + 1}`}
              isWrong={error !== undefined}
              onChange={(changed) => set(place, changed)}
              {...(spans.length > 1 && { onRemove: () => remove(place) })}
            />
          ))}
          {spans.length < SPANS_MAX && (
            <Button
              ref={more}
              size="small"
              type="text"
              icon={<Icon name="add" />}
              aria-label={`${name}: ${say("addBreak")}`}
              onClick={() => onChange(withBreak(day))}
            >
              {say("addBreak")}
            </Button>
          )}
        </div>
      ) : (
        <span className="faint">{say("closed")}</span>
      )}
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </li>
  );
}

/** From and to of one span, with a button that takes it away unless it is the day's only one. */
function SpanLine(props: {
  readonly clocks: Clocks;
  readonly name: string;
  readonly isWrong: boolean;
  readonly onChange: (clocks: Clocks) => void;
  readonly onRemove?: () => void;
}) {
  const { clocks, name, isWrong, onChange, onRemove } = props;
  const say = useWords(inboxWords);
  const time = (which: "from" | "to") => (
    <Input
      className="clock mono"
      inputMode="numeric"
      maxLength={5}
      aria-label={`${name}: ${say(which)}`}
      aria-invalid={isWrong ? true : undefined}
      {...(isWrong && { status: "error" as const })}
      value={clocks[which]}
      onChange={({ target }) => onChange({ ...clocks, [which]: target.value })}
    />
  );
  return (
    <span className="week-times">
      {time("from")} – {time("to")}
      {onRemove !== undefined && (
        <Button
          size="small"
          type="text"
          icon={<Icon name="close" />}
          aria-label={say("removeSpan", name)}
          onClick={onRemove}
        />
      )}
    </span>
  );
}

/** The closed days, each with a button that takes it away. */
function Holidays({ value, error, onChange }: Bound<readonly string[]>) {
  const say = useWords(inboxWords);
  const { language } = usePreferences();
  const [day, setDay] = useState("");
  const add = () => {
    if (day !== "") onChange([...new Set([...value, day])].sort());
    setDay("");
  };
  return (
    <div className="form">
      {value.length === 0 && <p className="faint">{say("noHolidays")}</p>}
      <ul className="holidays">
        {value.map((one) => (
          <li key={one}>
            {holidayName(one, language)}
            <Button
              size="small"
              type="text"
              icon={<Icon name="close" />}
              aria-label={say("removeHoliday", holidayName(one, language))}
              onClick={() => onChange(value.filter((other) => other !== one))}
            />
          </li>
        ))}
      </ul>
      <div className="ask-line short">
        <Field label={say("holidayDay")} error={error}>
          {(tie) => (
            <Input
              {...tie}
              type="date"
              // Without a bound the browser lets a year have six digits.
              max="2999-12-31"
              value={day}
              onChange={({ target }) => setDay(target.value)}
            />
          )}
        </Field>
        <Button disabled={day === ""} onClick={add} data-testid="add-holiday">
          {say("addHoliday")}
        </Button>
      </div>
    </div>
  );
}
