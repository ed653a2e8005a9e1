import { useVirtualizer } from "@tanstack/react-virtual";
import { Button } from "antd";
import { useEffect, useRef } from "react";
import type { Id } from "@airdesk/protocol";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useArrangement, useParts } from "../../shell/parts.tsx";
import { go } from "../../shell/router.ts";
import { Failed, Loading, Nothing } from "../../shell/states.tsx";
import { useSay } from "../../shell/words.tsx";
import { NO_FILTERS } from "../../shell/workplace.ts";
import { useNow } from "../now.ts";
import { ConversationRow } from "./conversation_row.tsx";
import { LIST_ICONS, type ListName } from "./lists.ts";
import { pressedInRows } from "./row_keys.ts";
import { useSettledOrder } from "./settled_order.ts";
import { useHold } from "./use_hold.ts";
import { useItems } from "./use_items.ts";

const ROW_PX = 68;
const OVERSCAN = 8;
/** So many lines before the end the next page is read. */
const NEAR_END = 12;
const MINUTE_MS = 60_000;

/** The conversations of a list. */
export function ConversationList({ list, chosen }: { list: ListName; chosen: Id }) {
  const { items, isLoading, problem, more, again } = useItems(list);
  const hold = useHold();
  const order = useSettledOrder(list, items, hold.isHeld);
  const { workplace } = useParts();
  const nowMs = useNow(MINUTE_MS);
  const scroll = useRef<HTMLDivElement>(null);
  const shown = order.items;
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    getItemKey: (place) => shown[place]?.id ?? place,
    overscan: OVERSCAN,
    paddingStart: 6,
    paddingEnd: 12,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more !== null && last >= shown.length - NEAR_END) more();
  }, [last, more, shown.length]);
  const ids = shown.map(({ id }) => id).join();
  useEffect(() => {
    workplace.set({ listed: ids === "" ? [] : ids.split(",") });
  }, [ids, workplace]);
  const place = shown.findIndex(({ id }) => id === chosen);
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place);
    // Only when another one is chosen: the person may scroll away from it.
  }, [chosen]);
  const show = () => {
    hold.release();
    // The button goes; who pressed it by a key goes on among the lines.
    scroll.current?.querySelector<HTMLElement>(".row")?.focus();
  };
  if (problem !== null && shown.length === 0) return <Failed problem={problem} onAgain={again} />;
  if (isLoading) return <Loading />;
  if (shown.length === 0) return <Empty list={list} />;
  return (
    <>
      {order.fresh > 0 && <Fresh count={order.fresh} onShow={show} onLeave={hold.release} />}
      <div
        ref={scroll}
        className="rows"
        data-testid={list}
        onKeyDown={pressedInRows}
        {...hold.handlers}
      >
        <ul style={{ height: rows.getTotalSize() }}>
          {visible.map(({ key, index, start }) => {
            const item = shown[index];
            if (item === undefined) return null;
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                style={{ transform: `translateY(${start}px)` }}
              >
                <ConversationRow
                  item={item}
                  list={list}
                  isChosen={item.id === chosen}
                  isGone={order.gone.has(item.id)}
                  nowMs={nowMs}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

function Fresh(props: { count: number; onShow: () => void; onLeave: () => void }) {
  const { count, onShow, onLeave } = props;
  const say = useSay();
  return (
    <button
      type="button"
      className="fresh"
      onClick={onShow}
      onBlur={onLeave}
      aria-live="polite"
      data-testid="fresh"
    >
      <Icon name="up" />
      {say("fresh", count)}
    </button>
  );
}

function Empty({ list }: { list: ListName }) {
  const say = useSay();
  const desk = useDesk();
  const { workplace } = useParts();
  const availability = useDeskState((one) => one.availability);
  const waiting = useDeskState(({ conversations }) => conversations.waiting);
  const isNarrowed = useArrangement(({ filters }) => Object.values(filters).some(Boolean));
  if (isNarrowed) {
    return (
      <Nothing icon="filter" title={say("emptyFiltered")}>
        <Button onClick={() => workplace.set({ filters: NO_FILTERS })}>{say("filterNone")}</Button>
      </Nothing>
    );
  }
  return (
    <Nothing icon={LIST_ICONS[list]} title={say(`empty-${list}`)}>
      {list === "mine" && availability < 2 && (
        <>
          <p>{say(availability === 0 ? "emptyOffline" : "emptyBusy")}</p>
          <Button type="primary" onClick={() => desk.setAvailability(2)} data-testid="go-online">
            {say("goOnline")}
          </Button>
        </>
      )}
      {list === "mine" && waiting > 0 && (
        <Button onClick={() => go("/c/queue")} data-testid="see-waiting">
          {say("seeWaiting", waiting)}
        </Button>
      )}
    </Nothing>
  );
}
