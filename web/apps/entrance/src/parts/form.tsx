/** Forms that keep what was typed, and say which field is wrong. */

import { systemMint } from "@airdesk/client";
import { useRef, useState } from "preact/hooks";
import { explain, fieldFault, Problem } from "@airdesk/staff";
import { usePreferences } from "./page.tsx";

/** A form's values and how its last try went. */
export interface Form<Values extends object> {
  readonly values: Values;
  /** What is wrong with the form as a whole; "" if nothing is. */
  readonly fault: string;
  readonly busy: boolean;
  /** What is wrong with a field. */
  error(name: string): string | undefined;
  /** What a field is bound with. */
  field<Name extends keyof Values & string>(
    name: Name,
  ): {
    name: Name;
    value: Values[Name];
    onChange: (value: Values[Name]) => void;
    error: string | undefined;
  };
  set(values: Partial<Values>): void;
  /** Bind a <form>'s onSubmit. */
  submit(event?: Event): void;
}

/**
 * Hold a form.
 *
 * @param save - does it; `key` is the same until it has worked, so a repeat is not done twice.
 */
export function useForm<Values extends object>(
  initial: Values,
  save: (values: Values, key: string) => Promise<void>,
): Form<Values> {
  const { language } = usePreferences();
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const key = useRef(systemMint.id());
  const running = useRef(false);

  const error = (name: string): string | undefined => {
    const fault = problem?.fields[name];
    return fault === undefined ? undefined : fieldFault(fault, language);
  };
  const set = (changed: Partial<Values>) => {
    setValues((known) => ({ ...known, ...changed }));
    // What was said about a field counts no longer once it is another.
    setProblem((said) => without(said, Object.keys(changed)));
    // Another form is another act.
    if (!running.current) key.current = systemMint.id();
  };
  const failed = (thrown: unknown) => {
    if (!(thrown instanceof Problem)) throw thrown;
    setProblem(thrown);
    setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return {
    values,
    fault: problem === null ? "" : explain(problem, language),
    busy,
    error,
    field: (name) => ({
      name,
      value: values[name],
      onChange: (value) => set({ [name]: value } as unknown as Partial<Values>),
      error: error(name),
    }),
    set,
    submit(event) {
      event?.preventDefault();
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setProblem(null);
      save(values, key.current)
        .then(() => {
          key.current = systemMint.id();
        }, failed)
        .finally(() => {
          running.current = false;
          setBusy(false);
        });
    },
  };
}

/** The rest of a problem; null if nothing is left of it. */
function without(problem: Problem | null, names: readonly string[]): Problem | null {
  if (problem === null || !names.some((name) => name in problem.fields)) return problem;
  const left = Object.entries(problem.fields).filter(([name]) => !names.includes(name));
  if (left.length === 0) return null;
  const { status, message, number, retryS } = problem;
  return new Problem(status, message, { number, retryS, fields: Object.fromEntries(left) });
}

/** What is wrong with a form, above its button. */
export function FormFault({ text }: { text: string }) {
  return text === "" ? null : (
    <p class="form-fault" role="alert" data-testid="form-fault">
      {text}
    </p>
  );
}
