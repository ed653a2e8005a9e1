import { useEffect } from "react";

/** Keep a file that was dropped beside its place from taking the place of the whole console. */
export function useDroppedFiles(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      const { dataTransfer, target } = event;
      if (event.defaultPrevented || dataTransfer?.types.includes("Files") !== true) return;
      // A field for files takes them by itself.
      if (target instanceof Element && target.matches("input[type=file]")) return;
      event.preventDefault();
      dataTransfer.dropEffect = "none";
    };
    document.addEventListener("dragover", over);
    return () => document.removeEventListener("dragover", over);
  }, []);
}
