/** Forms that keep what was typed, and say which field is wrong. */

import { useEffect, useMemo, useRef, useState, type SyntheticEvent } from "react";
import { systemMint } from "@airdesk/client";
import { Problem, explain, fieldFault } from "@airdesk/staff";
import { usePreferences } from "../shell/index.ts";

/** What a field is bound with. */
export interface Bound<Value> {
  readonly name: string;
  readonly value: Value;
  readonly error: string | undefined;
  readonly onChange: (value: Value) => void;
}

/** How a form stands, whatever is in it. */
export interface FormState {
  /** What is wrong with the form as a whole; "" if nothing is. */
  readonly fault: string;
  readonly isBusy: boolean;
  /** True while something differs from what the server said last. */
  readonly isDirty: boolean;
  /** True after a save, until the next change. */
  readonly isSaved: boolean;
  /** The names of fields that are wrong. */
  readonly wrong: readonly string[];
  /** What is wrong with a field. */
  error(name: string): string | undefined;
  /** Go back to what the server said last. */
  reset(): void;
  /** Bind a <form>'s onSubmit. */
  submit(event?: SyntheticEvent): void;
}

/** A form's values and how its last try went. */
export interface Form<Values extends object> extends FormState {
  readonly values: Values;
  field<Name extends keyof Values & string>(name: Name): Bound<Values[Name]>;
  set(values: Partial<Values>): void;
}

/** What a form may be told beside its values. */
export interface FormWays {
  /** The form's names of fields that the server calls otherwise. */
  readonly fieldNames?: Readonly<Record<string, string>>;
}

/**
 * Hold a form.
 *
 * @param initial - what the server said; a form shows one thing as long as it lives.
 * @param save - does it; `key` is the same until it has worked or something was changed, so a
 *   repeat is not done twice. What it gives is shown from then on: nothing is shown in advance.
 */
export function useForm<Values extends object>(
  initial: Values,
  save: (values: Values, key: string) => Promise<Values | void>,
  ways: FormWays = {},
): Form<Values> {
  const { language } = usePreferences();
  const [kept, setKept] = useState(initial);
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const key = useRef(systemMint.id());
  const isRunning = useRef(false);
  const isOver = useRef(false);
  useEffect(() => {
    isOver.current = false;
    return () => {
      isOver.current = true;
    };
  }, []);
  const isDirty = useMemo(() => JSON.stringify(values) !== JSON.stringify(kept), [values, kept]);
  const faults = useMemo(() => renamed(problem?.fields ?? {}, ways.fieldNames ?? {}), [problem]);

  const error = (name: string): string | undefined => {
    const fault = faults[name];
    return fault === undefined ? undefined : fieldFault(fault, language);
  };
  const set = (changed: Partial<Values>) => {
    setValues((known) => ({ ...known, ...changed }));
    setSaved(false);
    // What was said counts no longer once something is another.
    setProblem(null);
    // Another form is another act.
    if (!isRunning.current) key.current = systemMint.id();
  };
  const failed = (thrown: unknown) => {
    if (!(thrown instanceof Problem)) throw thrown;
    setProblem(thrown);
  };
  // Only now are the faults on the page.
  useEffect(() => {
    if (problem !== null) focusWrong();
  }, [problem]);
  const done = (given: Values | void) => {
    key.current = systemMint.id();
    if (isOver.current) return;
    const shown = given ?? values;
    setKept(shown);
    setValues(shown);
    setSaved(true);
  };
  return {
    values,
    fault: problem === null ? "" : explain(problem, language),
    ...{ isBusy, isDirty, isSaved, error, set },
    wrong: Object.keys(faults),
    field: (name) => ({
      name,
      value: values[name],
      error: error(name),
      onChange: (value) => set({ [name]: value } as unknown as Partial<Values>),
    }),
    reset() {
      setValues(kept);
      setProblem(null);
      setSaved(false);
    },
    submit(event) {
      event?.preventDefault();
      if (isRunning.current) return;
      isRunning.current = true;
      setBusy(true);
      setProblem(null);
      save(values, key.current)
        .then(done, failed)
        .finally(() => {
          isRunning.current = false;
          if (!isOver.current) setBusy(false);
        });
    },
  };
}

/** Lead the person to the first field that is wrong. */
export function focusWrong(): void {
  document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

/** Faults by the form's own names; of a list's items the first counts for the list. */
function renamed(
  fields: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [said, fault] of Object.entries(fields)) {
    const whole = said.replace(/\.\d+(?:\..*)?$/, "");
    const name = names[said] ?? names[whole] ?? (said in names ? said : whole);
    faults[name] ??= fault;
    faults[said] ??= fault;
  }
  return faults;
}
