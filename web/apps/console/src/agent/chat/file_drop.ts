import { useState, type ClipboardEvent, type DragEvent } from "react";
import type { Id } from "@airdesk/protocol";
import { useDesk } from "../../shell/desk.tsx";

/** Files that are dropped on the box or pasted into it. */
export function useFileDrop(conversation: Id, takesFiles: boolean) {
  const desk = useDesk();
  const [isOver, setOver] = useState(false);
  const take = (list: FileList, event: ClipboardEvent | DragEvent) => {
    const files = [...list];
    if (files.length === 0 || !takesFiles) return;
    event.preventDefault();
    desk.attachments.add(conversation, files);
    document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
  };
  return {
    isOver,
    paste: (event: ClipboardEvent) => take(event.clipboardData.files, event),
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takesFiles || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        take(event.dataTransfer.files, event);
      },
    },
  };
}
