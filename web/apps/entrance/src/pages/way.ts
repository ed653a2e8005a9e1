/** Where a person wants to go, and what the address says about it. */

/** Where the staff work. */
export const CONSOLE = "/console";

/**
 * The page to go to after log-in: one of the console's, whatever the address says, so that nobody
 * can send a person elsewhere by a link to our log-in.
 */
export function placeAfter(search: string): string {
  const wanted = new URLSearchParams(search).get("next") ?? "";
  // Names of places have no letters with a meaning.
  return /^\/console(?:\/[\w-]+)*(?:[?#].*)?$/su.test(wanted) ? wanted : CONSOLE;
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
