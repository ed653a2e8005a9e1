import { Field, type FieldProps } from "../parts/controls.tsx";

/** A colour, chosen or typed. */
export function ColourField(
  props: FieldProps & { value: string; onChange: (value: string) => void },
) {
  const { value, onChange, name, label } = props;
  const shown = /^#[0-9a-f]{6}$/i.test(value) ? value : "#000000";
  return (
    <Field {...props}>
      {(said) => (
        <div class="colour">
          <input
            type="color"
            aria-label={label}
            value={shown}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
          <input
            {...said}
            type="text"
            name={name}
            maxLength={7}
            value={value}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
        </div>
      )}
    </Field>
  );
}
