import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { copied } from "@airdesk/staff";
import { Icon, useWords } from "../shell/index.ts";
import { formWords } from "./words.ts";

const COPIED_MS = 2_500;

/** A text to be copied, with a button that does it. */
export function CopyText(props: {
  readonly text: string;
  readonly label: string;
  readonly testid?: string;
  readonly isBlock?: boolean;
}) {
  const { text, label, testid, isBlock } = props;
  const say = useWords(formWords);
  const [state, setState] = useState<"copy" | "copied" | "byHand">("copy");
  const box = useRef<HTMLElement>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    setState(await copied(text, box.current));
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setState("copy"), COPIED_MS);
  };
  return (
    <div className="copy-text" data-block={isBlock === true}>
      <pre tabIndex={0} role="group" aria-label={label}>
        <code ref={box} data-testid={testid}>
          {text}
        </code>
      </pre>
      <Button
        size="small"
        icon={<Icon name={state === "copied" ? "check" : "copy"} />}
        onClick={() => void copy()}
        data-testid={testid && `${testid}-copy`}
      >
        <span aria-live="polite">{say(state)}</span>
      </Button>
    </div>
  );
}
