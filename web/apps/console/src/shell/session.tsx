import { createContext, useContext } from "react";
import type { Session } from "@airdesk/staff";

/** Where components find who is logged in. */
export const SessionContext = createContext<Session | null>(null);

/** Who is logged in, in which account, with which permissions. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new RangeError("a component outside a session");
  return session;
}

/** True if the person may do this, by the permission's name in docs/reference/rest.md. */
export function usePermission(name: string): boolean {
  return useSession().permissions.includes(name);
}
