import { Tooltip } from "antd";
import type { MouseEvent, ReactNode } from "react";
import { addressOf, go } from "./router.ts";

interface PageLinkProps {
  readonly path: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly badge?: ReactNode;
  readonly children: ReactNode;
}

/** A link of the bar. */
export function PageLink({ path, label, isChosen, badge, children }: PageLinkProps) {
  return (
    <Tooltip title={label} placement="right" mouseEnterDelay={0.4}>
      <a
        className="bar-link"
        href={addressOf(path)}
        aria-current={isChosen ? "page" : undefined}
        onClick={(event) => followed(event, path)}
      >
        {children}
        <span className="bar-word">{label}</span>
        {badge}
      </a>
    </Tooltip>
  );
}

/** Go to a place without loading the page anew, unless the person wants it in another tab. */
export function followed(event: MouseEvent, path: string): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(path);
}
