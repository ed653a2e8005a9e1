/** The address of the socket that belongs to the page at `pageUrl`: same host, `ws` or `wss`. */
export function socketUrl(pageUrl: string, path = "/socket"): string {
  const url = new URL(path, pageUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
