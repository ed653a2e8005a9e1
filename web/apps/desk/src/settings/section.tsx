import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../parts/controls.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormFault, useForm } from "../parts/form.tsx";
import { useSettingsWords } from "./context.tsx";

/** A part of the settings with its title. */
export function Section(props: {
  title: string;
  intro?: string;
  action?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <section class="section">
      <header>
        <div>
          <h1>{props.title}</h1>
          {props.intro && <p>{props.intro}</p>}
        </div>
        {props.action}
      </header>
      {props.children}
    </section>
  );
}

/** A group of fields with its own title. */
export function Panel(props: { title?: string; intro?: string; children?: ComponentChildren }) {
  return (
    <div class="panel">
      {props.title && <h2>{props.title}</h2>}
      {props.intro && <p class="hint">{props.intro}</p>}
      {props.children}
    </div>
  );
}

/** A line of a list. */
export function Row(props: {
  sign?: ComponentChildren;
  title: ComponentChildren;
  detail?: ComponentChildren;
  testid?: string;
  children?: ComponentChildren;
}) {
  return (
    <li class="row" data-testid={props.testid}>
      {props.sign}
      <div class="row-words">
        <b>{props.title}</b>
        {props.detail && <span>{props.detail}</span>}
      </div>
      {props.children && <div class="buttons">{props.children}</div>}
    </li>
  );
}

/** A question before something that cannot be taken back. */
export function Confirm(props: {
  title: string;
  hint?: string;
  action: string;
  onClose: () => void;
  act: () => Promise<unknown>;
}) {
  const { title, hint, action, onClose, act } = props;
  const say = useSettingsWords();
  const form = useForm({}, async () => {
    await act();
    onClose();
  });
  return (
    <Dialog title={title} closeLabel={say("close")} onClose={onClose}>
      <form onSubmit={form.submit}>
        <p>{hint ?? say("removeHint")}</p>
        <FormFault text={form.fault} />
        <div class="buttons end">
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button kind="danger" type="submit" busy={form.busy} testid="confirm">
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The buttons below a form in a window. */
export function DialogButtons(props: { busy: boolean; onClose: () => void; action?: string }) {
  const say = useSettingsWords();
  return (
    <div class="buttons end">
      <Button onClick={props.onClose}>{say("cancel")}</Button>
      <Button kind="primary" type="submit" busy={props.busy} testid="save">
        {props.action ?? say("save")}
      </Button>
    </div>
  );
}

/** Hold which window is open. */
export function useOpen<What>(): [What | null, (what: What) => void, () => void] {
  const [open, setOpen] = useState<What | null>(null);
  return [open, setOpen, () => setOpen(null)];
}
