/** Where the person is, by the address: `/console/PAGE/…`. */

import { useSyncExternalStore } from "react";

const BASE = "/console";

/** The parts of the address behind `/console`. */
export interface Route {
  /** The first part, "" at the beginning. */
  readonly page: string;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();
let cached: { readonly address: string; readonly route: Route } | null = null;

/** The route of an address. */
export function routeOf(pathname: string, search: string): Route {
  const parts = pathname.startsWith(BASE) ? pathname.slice(BASE.length).split("/") : [];
  const [page = "", ...rest] = parts.filter(Boolean).map(readable);
  return { page, rest, query: new URLSearchParams(search) };
}

/**
 * The place that an address of the former settings page names: `/settings#members` comes here as
 * `/console/settings#members`. Null for every other address.
 */
export function formerPlace(pathname: string, hash: string): string | null {
  const [, part, rest = ""] = /^#(\w+)((?:\/[\w-]+)*)$/.exec(hash) ?? [];
  if (pathname !== `${BASE}/settings` || part === undefined) return null;
  return part === "sessions" ? "/profile" : `/settings/${part}${rest}`;
}

/** Go to a place of the console, such as `/c/mine`; the page stays loaded. */
export function go(path: string, how: "push" | "replace" = "push"): void {
  const address = BASE + path;
  if (address === location.pathname + location.search) return;
  const move = () => {
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    tell();
  };
  asked(path, move);
}

/** Decides whether the person leaves: `move` is called at once, later, or never. */
export type Keeper = (path: string, move: () => void) => void;

const keepers = new Set<Keeper>();

/** Ask before anybody goes elsewhere, as where something is not saved. The result ends it. */
export function keepHere(keeper: Keeper): () => void {
  keepers.add(keeper);
  return () => keepers.delete(keeper);
}

/** Move if nobody, or nobody any more, has something against it. */
function asked(path: string, move: () => void): void {
  [...keepers].reduce<() => void>((next, keeper) => () => keeper(path, next), move)();
}

/** Where the person is; drawn again when that changes. */
export function useRoute(): Route {
  return useSyncExternalStore(watch, current);
}

/** Where the person is now. */
export function current(): Route {
  const address = location.pathname + location.search;
  if (cached?.address !== address) {
    cached = { address, route: routeOf(location.pathname, location.search) };
  }
  return cached.route;
}

/** The address of a place of the console, for links. */
export function addressOf(path: string): string {
  return BASE + path;
}

function watch(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("popstate", moved);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("popstate", moved);
  };
}

/** The browser's own buttons: it has moved already, so it is put back until the person decided. */
function moved(): void {
  const wanted = location.pathname + location.search;
  const here = cached?.address ?? wanted;
  if (keepers.size === 0 || here === wanted) return tell();
  let isDecided = false;
  let isPutBack = false;
  asked(wanted.slice(BASE.length), () => {
    if (isPutBack) history.pushState(null, "", wanted);
    isDecided = true;
    tell();
  });
  if (isDecided) return;
  isPutBack = true;
  history.pushState(null, "", here);
}

function tell(): void {
  for (const listener of listeners) listener();
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
