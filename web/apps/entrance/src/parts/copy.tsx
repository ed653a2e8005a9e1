import { useEffect, useRef, useState } from "preact/hooks";
import { copied, type Dictionary } from "@airdesk/staff";
import { Button } from "./controls.tsx";
import { useWords } from "./page.tsx";

const COPIED_MS = 2_500;

const words = {
  en: { copy: "Copy", copied: "Copied", byHand: "Selected: press Ctrl+C" },
  zh: { copy: "复制", copied: "已复制", byHand: "已选中，请按 Ctrl+C" },
} satisfies Dictionary<string>;

/** A text to be copied, with a button that does it. */
export function CopyText(props: { text: string; label: string; testid?: string }) {
  const say = useWords(words);
  const [state, setState] = useState<"copy" | "copied" | "byHand">("copy");
  const box = useRef<HTMLElement>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    setState(await copied(props.text, box.current));
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setState("copy"), COPIED_MS);
  };
  return (
    <div class="copy-text">
      <code ref={box} tabIndex={0} aria-label={props.label} data-testid={props.testid}>
        {props.text}
      </code>
      <Button icon={state === "copied" ? "check" : "copy"} onClick={() => void copy()}>
        <span aria-live="polite">{say(state)}</span>
      </Button>
    </div>
  );
}
