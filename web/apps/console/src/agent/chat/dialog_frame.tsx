import { Modal } from "antd";
import type { ReactNode } from "react";
import { useFocusBack } from "../../forms/focus_back.ts";
import { useParts } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import type { Saying } from "../../words/index.ts";

interface DialogFrameProps {
  readonly title: Saying;
  readonly children: ReactNode;
  /** What the main button does; without it the choices themselves close the dialog. */
  readonly confirm?: {
    readonly saying: Saying;
    readonly isReady: boolean;
    readonly run: () => void;
  };
}

/** Closes what lies over the page. */
export function useClose(): () => void {
  const { workplace } = useParts();
  return () => workplace.set({ overlay: null });
}

/** A dialog about the open conversation. */
export function DialogFrame({ title, children, confirm }: DialogFrameProps) {
  const say = useSay();
  const close = useClose();
  useFocusBack();
  return (
    <Modal
      open
      title={say(title)}
      onCancel={close}
      width={440}
      transitionName=""
      maskTransitionName=""
      destroyOnHidden
      cancelText={say("cancel")}
      {...(confirm === undefined
        ? { footer: null }
        : {
            okText: say(confirm.saying),
            okButtonProps: { disabled: !confirm.isReady, id: "dialog-confirm" },
            onOk: () => {
              confirm.run();
              close();
            },
          })}
    >
      {children}
    </Modal>
  );
}
