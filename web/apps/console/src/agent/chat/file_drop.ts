import { useState, type ClipboardEvent, type DragEvent } from "react";
import type { Id } from "@airdesk/protocol";
import type { Desk } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";

/** Files that are dropped on a conversation: they wait in its box. */
export function useFileDrop(conversation: Id, takesFiles: boolean) {
  const desk = useDesk();
  const [isOver, setOver] = useState(false);
  return {
    isOver: isOver && takesFiles,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!takesFiles || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      },
      onDragLeave: ({ currentTarget, relatedTarget }: DragEvent) => {
        // From one part of the conversation to the next is no leaving.
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) {
          setOver(false);
        }
      },
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (takesFiles) take(desk, conversation, event.dataTransfer.files, event);
      },
    },
  };
}

/** Files that are pasted into the box. */
export function useFilePaste(conversation: Id, takesFiles: boolean) {
  const desk = useDesk();
  return (event: ClipboardEvent) => {
    if (takesFiles) take(desk, conversation, event.clipboardData.files, event);
  };
}

function take(desk: Desk, conversation: Id, list: FileList, event: ClipboardEvent | DragEvent) {
  const files = [...list];
  if (files.length === 0) return;
  event.preventDefault();
  desk.attachments.add(conversation, files);
  document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
}
