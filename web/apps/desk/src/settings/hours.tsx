import type { Id } from "@airdesk/protocol";
import { useState } from "preact/hooks";
import type { Hours } from "@airdesk/staff";
import { Problem, clockOf, minutesOf } from "@airdesk/staff";
import { Button, Field } from "../parts/controls.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { NotYet, useLoaded, useMay, useSettingsWords } from "./context.tsx";
import { Panel } from "./section.tsx";

/** A Monday, to name the days of a week by. */
const MONDAY = new Date(2024, 0, 1);
const WORKDAY = { from: "09:00", to: "18:00" };

interface Day {
  readonly isOpen: boolean;
  readonly from: string;
  readonly to: string;
}

/** When an inbox is open. */
export function HoursPanel({ inboxId }: { inboxId: Id }) {
  const api = useApi();
  const say = useSettingsWords();
  const address = `/api/v1/inboxes/${inboxId}/hours`;
  const hours = useLoaded(() => api.get<Hours>(address), address);
  if (hours.value === null) {
    return (
      <Panel title={say("hours")}>
        <NotYet loaded={hours} />
      </Panel>
    );
  }
  return <HoursForm address={address} hours={hours.value} />;
}

function HoursForm({ address, hours }: { address: string; hours: Hours }) {
  const api = useApi();
  const say = useSettingsWords();
  const mayWrite = useMay("hours:write");
  const [isSaved, setSaved] = useState(false);
  const initial = {
    timezone: hours.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone,
    week: hours.week.map(dayOf) as readonly Day[],
    holidays: hours.holidays,
  };
  const form = useForm(initial, async ({ timezone, week, holidays }) => {
    setSaved(false);
    const wrong: Record<string, string> = {};
    const ranges = week.map((day, number) => {
      const range = rangeOf(day);
      if (range === null) wrong[`week.${number}`] = say("dayWrong");
      return range;
    });
    if (Object.keys(wrong).length > 0) throw new Problem(422, "", { fields: wrong });
    await api.put(address, { timezone, week: ranges, holidays });
    setSaved(true);
  });
  const setDay = (number: number, day: Partial<Day>) => {
    const week = form.values.week.map((one, place) =>
      place === number ? { ...one, ...day } : one,
    );
    form.set({ week });
  };
  return (
    <Panel title={say("hours")} intro={say("hoursHint")}>
      <form onSubmit={form.submit} noValidate>
        <fieldset class="form" disabled={!mayWrite}>
          <TimezoneField {...form.field("timezone")} />
          <div class="week">
            {form.values.week.map((day, number) => (
              <DayFields
                key={number}
                number={number}
                day={day}
                error={form.error(`week.${number}`)}
                onChange={(changed) => setDay(number, changed)}
              />
            ))}
          </div>
          {mayWrite && (
            <div class="buttons">
              <Button
                onClick={() =>
                  form.set({ week: form.values.week.map(() => ({ ...first(form.values.week) })) })
                }
              >
                {say("copyDown")}
              </Button>
            </div>
          )}
          <HolidaysField {...form.field("holidays")} />
        </fieldset>
        <FormFault text={form.fault} />
        {isSaved && !form.touched && (
          <p class="word good" role="status">
            {say("saved")}
          </p>
        )}
        {mayWrite && (
          <div class="buttons">
            <Button kind="primary" type="submit" busy={form.busy} testid="save-hours">
              {say("saveChanges")}
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

function TimezoneField(props: {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const say = useSettingsWords();
  const { value, onChange } = props;
  return (
    <Field {...props} label={say("timezone")}>
      {(said) => (
        <>
          <input
            {...said}
            type="text"
            list="timezones"
            value={value}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
          <datalist id="timezones">
            {Intl.supportedValuesOf("timeZone").map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** The closed days, each with a button that takes it away. */
function HolidaysField(props: {
  name: string;
  value: readonly string[];
  error: string | undefined;
  onChange: (value: readonly string[]) => void;
}) {
  const { value, error, onChange } = props;
  const say = useSettingsWords();
  const { language } = usePreferences();
  const [day, setDay] = useState("");
  const add = () => {
    if (day !== "") onChange([...new Set([...value, day])].sort());
    setDay("");
  };
  return (
    <Field {...props} error={error} label={say("holidays")} hint={say("holidaysHint")}>
      {(said) => (
        <div class="holidays">
          <ul>
            {value.map((one) => (
              <li key={one}>
                {holidayName(one, language)}
                <Button
                  kind="quiet"
                  icon="close"
                  label={say("removeHoliday", holidayName(one, language))}
                  onClick={() => onChange(value.filter((other) => other !== one))}
                />
              </li>
            ))}
          </ul>
          <div class="buttons">
            <input
              {...said}
              type="date"
              value={day}
              onInput={({ currentTarget }) => setDay(currentTarget.value)}
            />
            <Button disabled={day === ""} testid="add-holiday" onClick={add}>
              {say("addHoliday")}
            </Button>
          </div>
        </div>
      )}
    </Field>
  );
}

function DayFields(props: {
  number: number;
  day: Day;
  error: string | undefined;
  onChange: (day: Partial<Day>) => void;
}) {
  const { number, day, error, onChange } = props;
  const say = useSettingsWords();
  const { language } = usePreferences();
  const name = dayName(number, language);
  const time = (which: "from" | "to") => (
    <input
      type="text"
      inputMode="numeric"
      maxLength={5}
      size={5}
      aria-label={`${name}: ${say(which)}`}
      aria-invalid={error ? true : undefined}
      value={day[which]}
      onInput={({ currentTarget }) => onChange({ [which]: currentTarget.value })}
    />
  );
  return (
    <div class={error ? "week-day wrong" : "week-day"}>
      <label>
        <input
          type="checkbox"
          checked={day.isOpen}
          onChange={({ currentTarget }) => onChange({ isOpen: currentTarget.checked })}
        />
        {name}
      </label>
      {day.isOpen ? (
        <span class="week-times">
          {time("from")} – {time("to")}
        </span>
      ) : (
        <span class="hint">{say("closed")}</span>
      )}
      {error && <p class="fault">{error}</p>}
    </div>
  );
}

function first(week: readonly Day[]): Day {
  return week[0] ?? { isOpen: true, ...WORKDAY };
}

function dayName(number: number, language: string): string {
  const day = new Date(MONDAY);
  day.setDate(day.getDate() + number);
  return new Intl.DateTimeFormat(language, { weekday: "long" }).format(day);
}

function holidayName(day: string, language: string): string {
  const options = { dateStyle: "medium", timeZone: "UTC" } as const;
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime())
    ? day
    : new Intl.DateTimeFormat(language, options).format(date);
}

function dayOf([from, to]: readonly [number, number]): Day {
  if (from === to) return { isOpen: false, ...WORKDAY };
  return { isOpen: true, from: clockOf(from), to: clockOf(to) };
}

/** Minutes of a day; equal ones where it is closed, null if the times make no sense. */
function rangeOf({ isOpen, from, to }: Day): readonly [number, number] | null {
  if (!isOpen) return [0, 0];
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start === null || end === null || end <= start ? null : [start, end];
}
