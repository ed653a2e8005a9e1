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

/** What a person typed as the address of a site, as its origin; null if it is none. */
export function siteOrigin(typed: string): string | null {
  const text = typed.trim();
  if (text === "") return "";
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // Whoever tries it on his own machine has no certificate there.
  const isLocal = /^(?:[\w-]+\.)*localhost(?:[:/]|$)|^127\.|^\[::1\]/i.test(text);
  const whole = hasScheme ? text : `${isLocal ? "http" : "https"}://${text}`;
  let url: URL;
  try {
    url = new URL(whole);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const isNamed = url.hostname.includes(".") || url.hostname === "localhost";
  return isNamed || url.hostname.startsWith("[") ? url.origin : null;
}

/** The line that puts the chat into a site. */
export function embedLine(origin: string, inbox: string): string {
  return `<script async src="${origin}/widget.js" data-inbox="${inbox}"></script>`;
}
