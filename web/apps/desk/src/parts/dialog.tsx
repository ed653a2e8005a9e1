import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "./controls.tsx";

/** A window over the page. Escape and a click beside it close it, but never lose what was typed. */
export function Dialog(props: {
  title: string;
  closeLabel: string;
  onClose: () => void;
  /** Something was typed: a click beside the window does nothing. */
  guarded?: boolean;
  wide?: boolean;
  children?: ComponentChildren;
}) {
  const { title, closeLabel, onClose, guarded = false, wide = false, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "wide" : ""}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current && !guarded) onClose();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2>{title}</h2>
          <Button icon="close" kind="quiet" label={closeLabel} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
