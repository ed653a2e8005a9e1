/** Buttons and fields. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

/** What a button is told. */
export interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  readonly kind?: "primary" | "plain" | "quiet";
  readonly type?: "button" | "submit";
  readonly busy?: boolean;
  readonly label?: string;
  readonly testid?: string;
  readonly pressed?: boolean;
  readonly onClick?: () => void;
}

/** A button; with only an icon on it, `label` says what it does. */
export function Button(props: ButtonProps) {
  const { children, icon, kind = "plain", type = "button", busy = false, label, testid } = props;
  return (
    <button
      type={type}
      class={`button ${kind}${children === undefined ? " bare" : ""}`}
      disabled={busy}
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
  readonly type?: "text" | "email" | "password";
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly lengthMax?: number;
  readonly readOnly?: boolean;
}

/** A field for a line of text. */
export function TextField(props: TextFieldProps) {
  const { name, value, onChange, placeholder, required, readOnly, lengthMax } = props;
  return (
    <Field {...props}>
      {(said) => (
        <input
          {...said}
          {...{ name, value, placeholder, required, readOnly }}
          // One element for all types: the types of Preact tell them apart.
          type={(props.type ?? "text") as "text"}
          maxLength={lengthMax}
          autocomplete={props.autocomplete ?? "off"}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
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
