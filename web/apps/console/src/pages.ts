/** The pages of the console. A page's code is loaded when somebody goes there. */

import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { IconName } from "./shell/icons.tsx";
import type { Saying } from "./words/index.ts";

/** A page: its address is `/console/NAME`. */
export interface PageEntry {
  readonly name: string;
  readonly icon: IconName;
  readonly saying: Saying;
  /** Only who may do this sees the page; "" for everybody. */
  readonly permission: string;
  /** Where its button stands: with the work, or at the foot of the bar. */
  readonly place: "work" | "foot";
  readonly Page: LazyExoticComponent<ComponentType>;
}

/** All pages, in the order of the bar. */
export const pages: readonly PageEntry[] = [
  {
    name: "c",
    icon: "inbox",
    saying: "pageInbox",
    permission: "conversations:read",
    place: "work",
    Page: lazy(() => import("./agent/inbox_page.tsx")),
  },
  {
    name: "visitors",
    icon: "globe",
    saying: "pageVisitors",
    permission: "conversations:read",
    place: "work",
    Page: lazy(() => import("./visitors/visitors_page.tsx")),
  },
  {
    name: "board",
    icon: "screen",
    saying: "pageBoard",
    permission: "conversations:supervise",
    place: "work",
    Page: lazy(() => import("./supervisor/board_page.tsx")),
  },
  {
    name: "settings",
    icon: "gear",
    saying: "pageSettings",
    permission: "canned:write",
    place: "foot",
    Page: lazy(() => import("./owner/settings_page.tsx")),
  },
  {
    name: "profile",
    icon: "person",
    saying: "pageProfile",
    permission: "",
    place: "foot",
    Page: lazy(() => import("./profile/profile_page.tsx")),
  },
];

/** The page of a name; the first one where there is none. */
export function pageOf(name: string): PageEntry {
  const [first] = pages;
  if (first === undefined) throw new RangeError("the console has no pages");
  return pages.find((page) => page.name === name) ?? first;
}
