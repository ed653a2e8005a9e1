/** Fields with their label, hint and fault. */

import { Checkbox, Input, InputNumber, Select, Switch } from "antd";
import { useId, type KeyboardEvent, type ReactNode } from "react";
import { Icon, useWords } from "../shell/index.ts";
import type { Bound } from "./form.ts";
import { formWords } from "./words.ts";

/** What every field has. */
export interface FieldWords {
  readonly name?: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

/** What ties a control to its label, its hint and its fault. */
interface Tie {
  readonly id: string;
  readonly name?: string;
  readonly disabled?: boolean;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
  readonly status?: "error";
}

/** A label above a control, and below it what helps or what is wrong. */
export function Field(props: FieldWords & { children: (tie: Tie) => ReactNode }) {
  const { name, label, hint, error, disabled, children } = props;
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const tie: Tie = {
    id,
    ...(name && { name }),
    ...(disabled && { disabled }),
    ...(describedBy && { "aria-describedby": describedBy }),
    ...(error && ({ "aria-invalid": true, status: "error" } as const)),
  };
  return (
    <div className="field" data-wrong={error ? true : undefined} data-field={name}>
      <label htmlFor={id}>{label}</label>
      {children(tie)}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** One line, or several. */
export function TextField(
  props: FieldWords &
    Bound<string> & {
      readonly lines?: number;
      readonly lengthMax?: number;
      readonly placeholder?: string;
      readonly type?: "text" | "email" | "date";
      readonly isMono?: boolean;
      readonly prefix?: string;
    },
) {
  const { value, onChange, lines, lengthMax, placeholder, type, isMono, prefix } = props;
  const shared = {
    value,
    ...(lengthMax !== undefined && { maxLength: lengthMax }),
    ...(placeholder !== undefined && { placeholder }),
    className: [lines !== undefined && "grows", isMono && "mono"].filter(Boolean).join(" "),
  };
  return (
    <Field {...props}>
      {(tie) =>
        lines === undefined ? (
          <Input
            {...tie}
            {...shared}
            type={type ?? "text"}
            autoComplete="off"
            {...(prefix !== undefined && { prefix })}
            onChange={({ target }) => onChange(target.value)}
          />
        ) : (
          <Input.TextArea
            {...tie}
            {...shared}
            // It grows with its text by the style sheet: the component's own way needs inline styles.
            rows={lines}
            onChange={({ target }) => onChange(target.value)}
          />
        )
      }
    </Field>
  );
}

/** A number that is typed; the form keeps it as text, so that an empty field is no zero. */
export function NumberField(
  props: FieldWords &
    Bound<string> & { readonly min: number; readonly max: number; readonly unit?: string },
) {
  const { value, onChange, min, max, unit } = props;
  return (
    <Field {...props}>
      {(tie) => (
        <InputNumber
          {...tie}
          className="number"
          stringMode
          controls={false}
          min={String(min)}
          max={String(max)}
          value={value}
          {...(unit !== undefined && { suffix: unit })}
          onChange={(typed) => onChange(typed === null ? "" : String(typed))}
        />
      )}
    </Field>
  );
}

/** One of several. */
export type Option<Value extends string = string> = readonly [value: Value, label: string];

/** A choice from a list. */
export function SelectField<Value extends string>(
  props: FieldWords &
    Bound<Value> & { readonly options: readonly Option<Value>[]; readonly isSearched?: boolean },
) {
  const { value, onChange, options, isSearched } = props;
  return (
    <Field {...props}>
      {(tie) => (
        <div onKeyDownCapture={leavesByTab}>
          <Select
            {...tie}
            className="wide"
            suffixIcon={<Icon name="down" />}
            value={value}
            {...(isSearched && { showSearch: { optionFilterProp: "label" } })}
            options={offered(options, [value])}
            onChange={(chosen: Value) => onChange(chosen)}
          />
        </div>
      )}
    </Field>
  );
}

/** Tab leaves an open list: the component would choose by it, again and again, and stay. */
function leavesByTab(event: KeyboardEvent): void {
  if (event.key === "Tab") event.stopPropagation();
}

/** The options; what is chosen and has no name yet, as its list is on its way, is no bare id. */
function offered<Value extends string>(
  options: readonly Option<Value>[],
  chosen: readonly Value[],
): { value: Value; label: string }[] {
  const named = new Set(options.map(([value]) => value));
  const nameless = chosen.filter((value) => !named.has(value));
  return [
    ...options.map(([value, label]) => ({ value, label })),
    ...nameless.map((value) => ({ value, label: "…" })),
  ];
}

/** Several of a list. */
export function ManyField(
  props: FieldWords &
    Bound<readonly string[]> & { readonly options: readonly Option[]; readonly isFree?: boolean },
) {
  const { value, onChange, options, isFree } = props;
  return (
    <Field {...props}>
      {(tie) => (
        <div onKeyDownCapture={leavesByTab}>
          <Select
            {...tie}
            className="wide"
            suffixIcon={<Icon name="down" />}
            mode={isFree ? "tags" : "multiple"}
            tokenSeparators={[" ", ",", "，", "、", ";", "；"]}
            value={[...value]}
            showSearch={{ optionFilterProp: "label" }}
            options={offered(options, isFree ? [] : value)}
            onChange={(chosen: string[]) => onChange(chosen)}
          />
        </div>
      )}
    </Field>
  );
}

/** Several of a few, all to be seen. */
export function ChoicesField(
  props: FieldWords & Bound<readonly string[]> & { readonly options: readonly Option[] },
) {
  const { label, hint, error, value, onChange, options, disabled } = props;
  const id = useId();
  return (
    <fieldset className="field" data-wrong={error ? true : undefined} data-field={props.name}>
      <legend>{label}</legend>
      <Checkbox.Group
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={disabled ?? false}
        value={[...value]}
        options={options.map(([one, word]) => ({ value: one, label: word }))}
        onChange={(chosen) => onChange(chosen)}
      />
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** Yes or no, with its words beside it. */
export function SwitchField(props: FieldWords & Bound<boolean>) {
  const { name, label, hint, error, value, onChange, disabled } = props;
  const id = useId();
  return (
    <div className="switch-field" data-field={name} data-wrong={error ? true : undefined}>
      <Switch
        id={id}
        checked={value}
        disabled={disabled ?? false}
        aria-labelledby={`${id}-label`}
        {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
        onChange={onChange}
      />
      <div>
        <label id={`${id}-label`} htmlFor={id}>
          {label}
        </label>
        {hint && (
          <p className="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

/** A colour, typed, chosen from a few, or picked as the browser does it. */
export function ColourField(props: FieldWords & Bound<string> & { readonly presets: string[] }) {
  const { value, onChange, presets, label } = props;
  const say = useWords(formWords);
  const shown = /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : "#000000";
  return (
    <Field {...props}>
      {(tie) => (
        <span className="colour-field">
          <Input
            {...tie}
            className="mono"
            maxLength={7}
            value={value}
            onChange={({ target }) => onChange(target.value)}
          />
          <input
            type="color"
            className="colour-picker"
            aria-label={`${label}: ${say("chooseColour")}`}
            value={shown}
            onChange={({ target }) => onChange(target.value)}
          />
          <span className="colour-presets">
            {presets.map((colour) => (
              <button
                key={colour}
                type="button"
                aria-label={`${label}: ${colour}`}
                aria-pressed={colour === shown}
                style={{ background: colour }}
                onClick={() => onChange(colour)}
              />
            ))}
          </span>
        </span>
      )}
    </Field>
  );
}
