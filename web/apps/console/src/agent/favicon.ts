/** The sign in the browser's tab, with how many messages were not read. */

const COUNT_MAX = 9;
let plain: string | null = null;

/** Show the number of unread messages on the tab's sign; 0 shows the sign alone. */
export function wearBadge(unread: number): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link === null) return;
  plain ??= link.href;
  const href = unread === 0 ? plain : `data:image/svg+xml,${encodeURIComponent(badge(unread))}`;
  // Each change is drawn by the browser anew, also to the same.
  if (link.href !== href) link.href = href;
}

/** The sign with a number on it, as SVG. */
export function badge(unread: number): string {
  const count = unread > COUNT_MAX ? `${COUNT_MAX}+` : String(unread);
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<rect width="32" height="32" rx="9" fill="#2f62e0"/>' +
    '<path d="M8 13h10.5a3.25 3.25 0 1 0-3.25-3.25M8 17.5h14.5a3.25 3.25 0 1 1-3.25 3.25M8 22h5.5" ' +
    'fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>' +
    '<rect x="11" y="13" width="21" height="19" rx="9.5" fill="#d92d3a"/>' +
    '<text x="21.5" y="27.5" text-anchor="middle" font-family="sans-serif" font-weight="700" ' +
    `font-size="14" fill="#fff">${count}</text></svg>`
  );
}
