/** The site that a chat stands on, and what its owner copies into it. */

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

/** What a site's Content-Security-Policy has to allow, one source a line. */
export function policyLines(origin: string): string {
  return [`script-src ${origin};`, `frame-src ${origin};`, `connect-src ${origin};`].join("\n");
}

/** The lines of a list of sites that are none, by their numbers from 1. */
export function wrongSites(
  typed: string,
): readonly { readonly line: number; readonly text: string }[] {
  return typed
    .split("\n")
    .map((text, place) => ({ line: place + 1, text: text.trim() }))
    .filter(({ text }) => siteOrigin(text) === null);
}
