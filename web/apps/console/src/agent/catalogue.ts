/** What the account has: inboxes, teams, labels, canned replies, agents. Read once, then behind. */

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Agent, AgentPresence, Canned, Inbox, Label, Team } from "@airdesk/staff";
import { useApi } from "../shell/parts.tsx";
import { usePermission } from "../shell/session.tsx";

const FRESH_MS = 60_000;
/** Who is there changes all the time; it is asked so often while somebody looks. */
const PRESENCE_MS = 3_000;
const NONE: readonly never[] = [];

function useAll<Item>(path: string, permission: string): readonly Item[] {
  return useAllQuery<Item>(path, permission).data ?? NONE;
}

function useAllQuery<Item>(path: string, permission: string): UseQueryResult<Item[]> {
  const api = useApi();
  const enabled = usePermission(permission);
  return useQuery({
    queryKey: [path],
    queryFn: () => api.all<Item>(path),
    staleTime: FRESH_MS,
    enabled,
  });
}

/** The inboxes of the account. */
export const useInboxes = () => useAll<Inbox>("/api/v1/inboxes", "inboxes:read");
/** The teams of the account. */
export const useTeams = () => useAll<Team>("/api/v1/teams", "teams:read");
/** The labels of the account. */
export const useLabels = () => useAll<Label>("/api/v1/labels", "labels:read");
/** Everybody who has or had a seat. */
export const useAgents = () => useAll<Agent>("/api/v1/agents", "members:read");
/** The canned replies, with a way to read them anew. */
export const useCanned = () => useAllQuery<Canned>("/api/v1/canned", "canned:read");

/** Who is there, and how many conversations each has; undefined while it is not known. */
export function usePresence(): readonly AgentPresence[] | undefined {
  const api = useApi();
  const path = "/api/v1/presence";
  const enabled = usePermission("conversations:write");
  return useQuery({
    queryKey: [path],
    queryFn: () => api.get<{ readonly items: readonly AgentPresence[] }>(path),
    refetchInterval: PRESENCE_MS,
    // What was known of a while ago would offer somebody who left.
    staleTime: 0,
    gcTime: 0,
    enabled,
  }).data?.items;
}
