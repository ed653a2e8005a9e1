import { lazy, Suspense } from "react";
import { useArrangement } from "../shell/parts.tsx";

const overlays = {
  commands: lazy(() => import("./keys/command_bar.tsx")),
  help: lazy(() => import("./keys/help_overlay.tsx")),
  transfer: lazy(() => import("./chat/transfer_dialog.tsx")),
  snooze: lazy(() => import("./chat/snooze_dialog.tsx")),
  labels: lazy(() => import("./chat/label_dialog.tsx")),
  attention: lazy(() => import("./chat/priority_dialog.tsx")),
} as const;

/** What lies over the page; its code is loaded when it is needed. */
export function Dialogs() {
  const overlay = useArrangement((now) => now.overlay);
  if (overlay === null) return null;
  const Overlay = overlays[overlay];
  return (
    <Suspense fallback={null}>
      <Overlay />
    </Suspense>
  );
}
