/** What forms and lists stand in. */

import { App, Button, Modal } from "antd";
import { useEffect, useRef, type ReactNode } from "react";
import { Problem, explain } from "@airdesk/staff";
import { usePreferences, useWords } from "../shell/index.ts";
import type { FormState } from "./form.ts";
import { useAskToLeave, useLeaveGuard } from "./leaving.ts";
import { formWords } from "./words.ts";

/** What a person types into first. */
const FIRST = "input:not([type=radio], [type=checkbox]), textarea";

/** A group of fields with its title. */
export function Panel(props: {
  readonly title?: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, hint, actions, children } = props;
  return (
    <section className="panel">
      {title !== undefined && (
        <header className="panel-head">
          <div>
            <h2>{title}</h2>
            {hint !== undefined && <p>{hint}</p>}
          </div>
          {actions !== undefined && <div className="panel-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** What is wrong with a form as a whole. */
export function FormFault({ text }: { text: string }) {
  return text === "" ? null : (
    <p className="form-fault" role="alert" data-testid="form-fault">
      {text}
    </p>
  );
}

/** The foot of a form that stays on its page: it says whether something is not saved. */
export function SaveBar({ form, within }: { form: FormState; within?: string }) {
  const say = useWords(formWords);
  useLeaveGuard(form.isDirty && !form.isBusy, within);
  return (
    <footer className="save-bar" data-dirty={form.isDirty}>
      <div role="status">
        {form.fault === "" && form.isDirty && <span>{say("unsaved")}</span>}
        {form.isSaved && !form.isDirty && (
          <span className="saved" data-testid="saved">
            {say("saved")}
          </span>
        )}
      </div>
      <FormFault text={form.fault} />
      <div className="save-buttons">
        {form.isDirty && (
          <Button disabled={form.isBusy} onClick={() => form.reset()}>
            {say("discard")}
          </Button>
        )}
        <Button
          type="primary"
          htmlType="submit"
          loading={form.isBusy}
          disabled={!form.isDirty}
          data-testid="save"
        >
          {say("saveChanges")}
        </Button>
      </div>
    </footer>
  );
}

/** A window with a form; it asks before it throws away what was typed. */
export function FormWindow(props: {
  readonly title: string;
  readonly form: FormState;
  readonly onClose: () => void;
  readonly action?: string;
  readonly isWide?: boolean;
  readonly isDanger?: boolean;
  readonly children: ReactNode;
}) {
  const { title, form, onClose, action, isWide, isDanger, children } = props;
  const say = useWords(formWords);
  const ask = useAskToLeave();
  const whole = useRef<HTMLFormElement>(null);
  // What is on its way is saved, or comes back with a fault.
  useLeaveGuard(form.isDirty && !form.isBusy);
  useEffect(() => {
    // The window takes the focus when it opens, and gives it to its close button; this comes after.
    const later = setTimeout(() => {
      const first = whole.current?.querySelector<HTMLElement>(FIRST);
      first?.focus();
      // What stands there is a proposal: letters replace it.
      if (first instanceof HTMLTextAreaElement) first.select();
    });
    return () => clearTimeout(later);
  }, []);
  const close = () => {
    if (form.isBusy) return;
    if (form.isDirty) ask(onClose);
    else onClose();
  };
  return (
    <Modal
      open
      title={title}
      width={isWide === true ? 680 : 500}
      footer={null}
      mask={{ closable: false }}
      onCancel={close}
      closable={{ "aria-label": say("close") }}
    >
      <form
        ref={whole}
        className="form"
        onSubmit={form.submit}
        onKeyDown={({ key, ctrlKey, metaKey }) => {
          // In a text of several lines Enter begins a new one.
          if (key === "Enter" && (ctrlKey || metaKey)) whole.current?.requestSubmit();
        }}
        noValidate
      >
        {children}
        <FormFault text={form.fault} />
        <div className="window-buttons">
          <Button onClick={close}>{say("cancel")}</Button>
          <Button
            type="primary"
            danger={isDanger === true}
            htmlType="submit"
            loading={form.isBusy}
            data-testid="save"
          >
            {action ?? say("save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What is asked before something that cannot be taken back. */
export interface Question {
  readonly title: string;
  readonly hint?: string;
  readonly action: string;
  /** The act is harmless: its button is no red one. */
  readonly isCalm?: boolean;
  readonly act: () => Promise<unknown>;
  /** Comes once the act is done and the window, which keeps the focus to itself, is closed. */
  readonly then?: () => void;
}

/** Ask before an act, and say what the server said to it. */
export function useConfirm(): (question: Question) => void {
  const { modal, message } = App.useApp();
  const say = useWords(formWords);
  const { language } = usePreferences();
  return ({ title, hint, action, isCalm, act, then }) => {
    let isDone = false;
    void modal.confirm({
      title,
      content: hint ?? say("removeHint"),
      okText: action,
      okButtonProps: {
        danger: isCalm !== true,
        ...({ "data-testid": "confirm" } as Record<string, string>),
      },
      cancelText: say("cancel"),
      autoFocusButton: "cancel",
      onOk: async () => {
        try {
          await act();
          isDone = true;
        } catch (thrown) {
          if (!(thrown instanceof Problem)) throw thrown;
          void message.error(explain(thrown, language));
        }
      },
      afterClose: () => {
        if (isDone) then?.();
      },
    });
  };
}

/** Do something at once, and say what the server said if it did not. */
export function useAct(): (act: () => Promise<unknown>) => Promise<boolean> {
  const { message } = App.useApp();
  const { language } = usePreferences();
  return async (act) => {
    try {
      await act();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      void message.error(explain(thrown, language));
      return false;
    }
  };
}
