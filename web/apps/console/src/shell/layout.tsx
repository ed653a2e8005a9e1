import { Tooltip } from "antd";
import { Suspense, useEffect, useRef } from "react";
import { AlertsWiring } from "../agent/alerts_wiring.tsx";
import { Dialogs } from "../agent/dialogs.tsx";
import { useKeyboard } from "../agent/keys/keyboard.ts";
import { pageOf, pages } from "../pages.ts";
import { useDroppedFiles } from "./dropped_files.ts";
import { ErrorEdge } from "./error_edge.tsx";
import { Mark, Icon } from "./icons.tsx";
import { useKeptFocus } from "./kept_focus.ts";
import { PageLink } from "./page_link.tsx";
import { useParts } from "./parts.tsx";
import { useRoute } from "./router.ts";
import { SelfMenu } from "./self_menu.tsx";
import { useSession } from "./session.tsx";
import { Loading } from "./states.tsx";
import { useSay } from "./words.tsx";
import { useDeskState } from "./desk.tsx";

const BADGE_MAX = 99;

/** The bar of pages and the page of the address beside it. */
export function Layout() {
  const route = useRoute();
  const entry = pageOf(route.page);
  const say = useSay();
  useKeyboard();
  useKeptFocus();
  useDroppedFiles();
  const shown = useRef(entry);
  useEffect(() => {
    // Who went here by a key goes on in the page, and not at the bar.
    const hasMoved = shown.current !== entry;
    shown.current = entry;
    const isLost = document.activeElement === document.body;
    if (hasMoved && isLost) document.getElementById("page")?.focus();
  }, [entry]);
  return (
    <div className="console" data-page={entry.name} data-deep={route.rest.length > 1}>
      <a className="skip" href="#page">
        {say("skipToPage")}
      </a>
      <Title page={say(entry.saying)} />
      <Bar chosen={entry.name} />
      <div className="page" id="page" tabIndex={-1}>
        <ErrorEdge key={entry.name}>
          <Suspense fallback={<Loading />}>
            <entry.Page />
          </Suspense>
        </ErrorEdge>
      </div>
      <AlertsWiring />
      <Dialogs />
    </div>
  );
}

/** What the browser's tab says; of its own, so that a message draws nothing else. */
function Title({ page }: { page: string }) {
  const unread = useDeskState((desk) => desk.unread);
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${page} · AirDesk`;
  }, [unread, page]);
  return null;
}

/** How many messages were not read. */
function UnreadBadge() {
  const unread = useDeskState((desk) => desk.unread);
  if (unread === 0) return null;
  return <span className="bar-badge">{unread > BADGE_MAX ? `${BADGE_MAX}+` : unread}</span>;
}

function Bar({ chosen }: { chosen: string }) {
  const say = useSay();
  const { permissions } = useSession();
  const { workplace } = useParts();
  const shown = pages.filter(({ permission }) => !permission || permissions.includes(permission));
  const links = (place: "work" | "foot") =>
    shown
      .filter((page) => page.place === place)
      .map((page) => (
        <PageLink
          key={page.name}
          path={`/${page.name}`}
          label={say(page.saying)}
          isChosen={page.name === chosen}
          badge={page.name === "c" && <UnreadBadge />}
        >
          <Icon name={page.icon} />
        </PageLink>
      ));
  return (
    <nav className="bar" aria-label={say("pages")}>
      <span className="bar-mark">
        <Mark />
      </span>
      {links("work")}
      <span className="bar-space" />
      <Tooltip title={say("helpTitle")} placement="right" mouseEnterDelay={0.4}>
        <button
          type="button"
          className="bar-button wide-only"
          aria-label={say("helpTitle")}
          onClick={() => workplace.set({ overlay: "help" })}
        >
          <Icon name="keyboard" />
        </button>
      </Tooltip>
      {links("foot")}
      <SelfMenu />
    </nav>
  );
}
