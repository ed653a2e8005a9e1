/** Where a person wants to go, and what the address says about it. */

const PLACES = ["/agent", "/settings", "/setup", "/console"];
/** Where the staff work. */
export const CONSOLE = "/console";

/**
 * The page to go to after log-in: one of ours, whatever the address says, so that nobody can send
 * a person elsewhere by a link to our log-in.
 */
export function placeAfter(search: string): string {
  const wanted = new URLSearchParams(search).get("next") ?? "";
  // Only the console has places below it, and their names have no letters with a meaning.
  const [, page = "", below = ""] = /^(\/\w+)((?:\/[\w-]+)*)(?:[?#].*)?$/su.exec(wanted) ?? [];
  if (below !== "" && page !== CONSOLE) return CONSOLE;
  return PLACES.includes(page) ? wanted : CONSOLE;
}

/** The address of log-in from which one comes back here. */
export function logInAddress(here: string): string {
  return `/login?next=${encodeURIComponent(here)}`;
}

/** The one-time link behind `/invite/` or `/enter/`; "" if there is none. */
export function linkOfPath(pathname: string): string {
  const link = /^\/\w+\/([^/]+)\/?$/.exec(pathname)?.[1] ?? "";
  try {
    return decodeURIComponent(link);
  } catch {
    return "";
  }
}

/** The one-time link in a fragment such as `#link=…`; "" if there is none. */
export function linkOfFragment(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("link") ?? "";
}
