/** Where people are on the server, and what their roles are called. */

import type { Role } from "@airdesk/staff";
import type { PeopleSaying } from "../words/people.ts";

export const MEMBERS = "/api/v1/members";
export const INVITATIONS = "/api/v1/invitations";
export const TEAMS = "/api/v1/teams";
export const SKILLS = "/api/v1/skills";
export const INBOXES = "/api/v1/inboxes";

/** The roles, from the least. */
export const ROLES: readonly Role[] = ["agent", "supervisor", "owner"];

const WORDS = { agent: "roleAgent", supervisor: "roleSupervisor", owner: "roleOwner" } as const;

/** What a role is called. */
export function roleWord(role: Role): PeopleSaying {
  return WORDS[role];
}
