import { storageOf } from "@airdesk/client";
import { isId, type Id } from "@airdesk/protocol";

const TOKEN = "airdesk.agent.token";
const IDENTITY = "airdesk.agent.identity";

/** Take the token out of the address, where others could see it, into this tab's storage. */
export function takeAgentToken(): string | null {
  const storage = storageOf("sessionStorage");
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    if (given !== storage?.getItem(TOKEN)) storage?.removeItem(IDENTITY);
    storage?.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname + location.search);
    return given;
  }
  return storage?.getItem(TOKEN) ?? null;
}

/** Who the token stands for, if a server has said so before. */
export function knownAgent(): Id | null {
  const identity = storageOf("sessionStorage")?.getItem(IDENTITY);
  return identity && isId(identity) ? identity : null;
}

/** The server said who the agent is. */
export function rememberAgent(identity: Id): void {
  storageOf("sessionStorage")?.setItem(IDENTITY, identity);
}
