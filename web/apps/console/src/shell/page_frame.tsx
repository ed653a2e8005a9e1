import type { ReactNode } from "react";

interface PageFrameProps {
  readonly title: string;
  readonly hint?: string;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** A list of places at the left, as settings have it. */
  readonly aside?: ReactNode;
  /** The page needs all of the width, as boards and tables do. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A page with a title: everything but the conversations. */
export function PageFrame({ title, hint, actions, aside, isWide, children }: PageFrameProps) {
  return (
    <main className="frame" data-wide={isWide === true}>
      {aside !== undefined && <aside className="frame-aside">{aside}</aside>}
      <div className="frame-scroll">
        <div className="frame-body">
          <header className="frame-head">
            <div>
              <h1>{title}</h1>
              {hint !== undefined && <p>{hint}</p>}
            </div>
            {actions !== undefined && <div className="frame-actions">{actions}</div>}
          </header>
          {children}
        </div>
      </div>
    </main>
  );
}
