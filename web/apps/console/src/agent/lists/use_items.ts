import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { ConversationSummary, Desk, Page } from "@airdesk/staff";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { useApi, useArrangement } from "../../shell/parts.tsx";
import type { ListFilters } from "../../shell/workplace.ts";
import {
  itemOfRow,
  itemOfSummary,
  passes,
  type ListCounts,
  type ListItem,
  type ListName,
} from "./lists.ts";

const PAGE_ITEMS = 50;
/** What others do is read again after this long, where nothing of it comes over the socket. */
const REFRESH_MS = 20_000;
/** Changes over the socket are followed by HTTP no faster than this. */
const PAUSE_MS = 2_000;

/** The lines of a list, and how to get more of them. */
export interface Items {
  readonly items: readonly ListItem[];
  readonly isLoading: boolean;
  readonly problem: Error | null;
  readonly more: (() => void) | null;
  readonly again: () => void;
}

/** True where the socket brings all that the list needs. */
function isLive(list: ListName, filters: ListFilters): boolean {
  return (list === "mine" || list === "queue") && filters.team === "" && filters.agent === "";
}

/** The lines of a list. */
export function useItems(list: ListName): Items {
  const filters = useArrangement(({ filters }) => filters);
  const live = isLive(list, filters);
  const own = useLiveItems(list === "queue" ? "queue" : "mine", filters);
  const read = useReadItems(list, filters, !live);
  return live ? own : read;
}

function useLiveItems(list: "mine" | "queue", filters: ListFilters): Items {
  const state = useDeskState((desk) => desk.state.name);
  const changes = useDeskState((desk) => desk.changes);
  const desk = useDesk();
  const known = useRef(new Map<string, ListItem>());
  const items = useMemo(() => {
    const made = liveItems(desk, list)
      .filter((item) => passes(item, filters))
      .map((item) => settled(known.current.get(item.id), item));
    known.current = new Map(made.map((item) => [item.id, item]));
    return made;
    // The desk changes in place; `changes` counts how often.
  }, [desk, list, filters, changes]);
  const isLoading = items.length === 0 && state === "connecting";
  return { items, isLoading, problem: null, more: null, again: () => desk.connectAgain() };
}

function liveItems(desk: Desk, list: "mine" | "queue"): ListItem[] {
  const { mine, queue, rows } = desk.conversations;
  const items = (list === "mine" ? mine : queue).flatMap((id) => {
    const row = rows.get(id);
    return row === undefined ? [] : [itemOfRow(desk, row)];
  });
  // The queue is in the server's order: the first is the next.
  if (list === "queue") return items;
  return items.sort((one, other) => other.priority - one.priority || other.lastMs - one.lastMs);
}

/** The same object where nothing changed, so that only changed lines are drawn again. */
function settled(known: ListItem | undefined, item: ListItem): ListItem {
  if (known === undefined) return item;
  const names = Object.keys(item) as (keyof ListItem)[];
  return names.every((name) => known[name] === item[name]) ? known : item;
}

function useReadItems(list: ListName, filters: ListFilters, enabled: boolean): Items {
  const api = useApi();
  const desk = useDesk();
  const changes = useDeskState((one) => one.listChanges);
  const query = useInfiniteQuery({
    queryKey: ["conversations", list, filters],
    queryFn: ({ pageParam }) =>
      api.get<Page<ConversationSummary>>("/api/v1/conversations", {
        list,
        inbox_id: filters.inbox,
        team_id: filters.team,
        label_id: filters.label,
        agent_id: filters.agent,
        after: pageParam,
        limit: PAGE_ITEMS,
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: REFRESH_MS,
    enabled,
  });
  const { data, isLoading, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const items = useMemo(
    () => (data?.pages ?? []).flatMap((page) => page.items.map((one) => itemOfSummary(desk, one))),
    // What the socket knows of a line is newer than what was read.
    [data, desk, changes],
  );
  const more = hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : null;
  return { items, isLoading, problem: error, more, again: () => void refetch() };
}

/** How many conversations each list has; those of the socket are there at once. */
export function useCounts(): ListCounts {
  const api = useApi();
  const inbox = useArrangement(({ filters }) => filters.inbox);
  const mine = useDeskState((desk) => desk.conversations.mine.length);
  const waiting = useDeskState((desk) => desk.conversations.waiting);
  const { data } = useQuery({
    queryKey: ["conversations", "counts", inbox],
    queryFn: () => api.get<ListCounts>("/api/v1/conversations/counts", { inbox_id: inbox }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  return inbox === "" ? { ...data, mine, queue: waiting } : (data ?? {});
}

/** Read lists anew when the socket says that something moved. */
export function useFollowedLists(): void {
  const queries = useQueryClient();
  const changes = useDeskState((desk) => desk.listChanges);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (changes === 0 || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      void queries.invalidateQueries({ queryKey: ["conversations"] });
    }, PAUSE_MS);
  }, [changes, queries]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
}
