import { Button } from "antd";
import type { ReactNode } from "react";
import { Problem, explain } from "@airdesk/staff";
import { Icon, type IconName } from "./icons.tsx";
import { usePreferences } from "./parts.tsx";
import { useSay } from "./words.tsx";

/** Something is on its way; it is said only when it takes longer than a blink. */
export function Loading() {
  const say = useSay();
  return (
    <div className="state loading" role="status">
      <span className="spinner" />
      <span className="visually-hidden">{say("loading")}</span>
    </div>
  );
}

interface NothingProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

/** There is nothing here, and what one may do about it. */
export function Nothing({ icon, title, children }: NothingProps) {
  return (
    <div className="state">
      <span className="state-sign">
        <Icon name={icon} />
      </span>
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-more">{children}</div>}
    </div>
  );
}

/** Something could not be read; what it was, and another try. */
export function Failed({ problem, onAgain }: { problem: unknown; onAgain: () => void }) {
  const say = useSay();
  const { language } = usePreferences();
  return (
    <div className="state" role="alert">
      <p className="state-title">{say("notRead")}</p>
      {problem instanceof Problem && <p className="state-more">{explain(problem, language)}</p>}
      <Button onClick={onAgain}>{say("tryAgain")}</Button>
    </div>
  );
}
