/** Buttons and fields. */

import type { ComponentChildren, TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";
import { colourNumber, initials } from "@airdesk/staff";

/** How many colours avatars have; style/parts.css has them. */
const AVATAR_COLOURS = 8;

/** What a button is told. */
export interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  readonly kind?: "primary" | "danger" | "plain" | "quiet";
  readonly type?: "button" | "submit";
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly testid?: string;
  readonly pressed?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
}

/** A button; with only an icon on it, `label` says what it does. */
export function Button(props: ButtonProps) {
  const { children, icon, kind = "plain", type = "button", busy = false, label, testid } = props;
  return (
    <button
      type={type}
      class={`button ${kind}${children === undefined ? " bare" : ""}`}
      disabled={busy || props.disabled}
      aria-busy={busy || undefined}
      aria-label={label}
      aria-pressed={props.pressed}
      title={children === undefined ? label : undefined}
      data-testid={testid}
      onClick={props.onClick}
    >
      {icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** A round picture of a name. */
export function Avatar(props: { id: string; name: string; icon?: IconName; small?: boolean }) {
  const { id, name, icon, small = false } = props;
  return (
    <span
      class={`avatar colour-${colourNumber(id, AVATAR_COLOURS)}${small ? " small" : ""}`}
      aria-hidden
    >
      {icon ? <Icon name={icon} /> : initials(name)}
    </span>
  );
}

/** What all fields have. */
export interface FieldProps {
  readonly label: string;
  readonly name: string;
  /** What is wrong with it; empty if nothing is. */
  readonly error?: string | undefined;
  readonly hint?: ComponentChildren;
}

/** What ties a control to its label, hint and fault. */
export type SaidOfField = Readonly<{
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}>;

/** A label, a control and what is to be said about it. */
export function Field(props: FieldProps & { children: (said: SaidOfField) => ComponentChildren }) {
  const id = useId();
  const { label, error, hint, children } = props;
  const said = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class={`field${error ? " wrong" : ""}`}>
      <label for={id}>{label}</label>
      {children({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": said || undefined,
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="fault" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "email" | "password" | "url" | "number" | "time" | "date" | "search";
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly lines?: number;
  readonly lengthMax?: number;
  readonly min?: number;
  readonly max?: number;
  readonly readOnly?: boolean;
}

/** A field for a line of text, or for several. */
export function TextField(props: TextFieldProps) {
  const { value, onChange, type = "text", lines = 1 } = props;
  const shared = {
    name: props.name,
    value,
    placeholder: props.placeholder,
    required: props.required,
    maxLength: props.lengthMax,
    readOnly: props.readOnly,
    autocomplete: props.autocomplete ?? "off",
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(event.currentTarget.value),
  };
  return (
    <Field {...props}>
      {(said) =>
        lines > 1 ? (
          <textarea {...said} {...shared} rows={lines} />
        ) : (
          <input
            {...said}
            {...shared}
            // One element for all types: the types of Preact tell them apart.
            type={type as "text"}
            min={props.min}
            max={props.max}
          />
        )
      }
    </Field>
  );
}

/** A choice among few. */
export function SelectField(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    options: readonly (readonly [value: string, words: string])[];
  },
) {
  return (
    <Field {...props}>
      {(said) => (
        <select
          {...said}
          name={props.name}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          {props.options.map(([value, words]) => (
            <option key={value} value={value} selected={value === props.value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Something that is on or off. */
export function Switch(props: {
  label: string;
  name: string;
  value: boolean;
  onChange: (value: boolean) => void;
  hint?: ComponentChildren;
}) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        name={props.name}
        checked={props.value}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        {props.hint && <small>{props.hint}</small>}
      </span>
    </label>
  );
}

/** Several of many. */
export function Choices(props: {
  label: string;
  name: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  options: readonly (readonly [value: string, words: string])[];
  empty?: string;
  hint?: ComponentChildren;
}) {
  const { value, options, onChange } = props;
  const toggle = (one: string) =>
    onChange(value.includes(one) ? value.filter((other) => other !== one) : [...value, one]);
  return (
    <fieldset class="choices">
      <legend>{props.label}</legend>
      {options.length === 0 && <p class="hint">{props.empty}</p>}
      {options.map(([one, words]) => (
        <label key={one}>
          <input
            type="checkbox"
            name={props.name}
            value={one}
            checked={value.includes(one)}
            onChange={() => toggle(one)}
          />
          <span>{words}</span>
        </label>
      ))}
      {props.hint && <p class="hint">{props.hint}</p>}
    </fieldset>
  );
}
