/** What pages read from the server, and how they show that it is not there yet. */

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed, useApi, usePermission } from "../shell/index.ts";
import { Loading } from "../shell/states.tsx";

/**
 * Read a whole list; without the permission, it is empty.
 *
 * @param options - `staleTime: 0` asks again whenever the list is looked at.
 */
export function useList<Item>(
  path: string,
  permission = "",
  options: { readonly staleTime?: number } = {},
): UseQueryResult<readonly Item[]> {
  const api = useApi();
  const isAllowed = usePermission(permission) || permission === "";
  return useQuery<readonly Item[]>({
    queryKey: [path, isAllowed],
    queryFn: () => (isAllowed ? api.all<Item>(path) : []),
    ...options,
  });
}

/** Read one thing. */
export function useOne<Value>(path: string): UseQueryResult<Value> {
  const api = useApi();
  return useQuery<Value>({ queryKey: [path], queryFn: () => api.get<Value>(path) });
}

/** Read again what was read of these paths. */
export function useReload(): (...paths: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  return async (...paths) => {
    await Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
}

/** Show what was read, or that it is on its way or could not be. */
export function Read<Value>(props: {
  readonly of: UseQueryResult<Value>;
  readonly children: (value: Value) => ReactNode;
}) {
  const { of, children } = props;
  if (of.data !== undefined) return children(of.data);
  if (of.error !== null) return <Failed problem={of.error} onAgain={() => void of.refetch()} />;
  return <Loading />;
}
