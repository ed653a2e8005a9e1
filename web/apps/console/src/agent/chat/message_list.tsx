import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type RefObject,
} from "react";
import { VISITOR_AUTHOR, type Id } from "@airdesk/protocol";
import type { Line, UnsentMessage } from "@airdesk/staff";
import { useDesk, useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useRoute } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import { messagesAfter, newestSeq } from "./below.ts";
import { LineView } from "./line_view.tsx";
import { TypingView } from "./typing_view.tsx";
import { UnsentView } from "./unsent_view.tsx";

/** Within this many pixels of its end the list counts as being there, and follows what comes. */
const NEAR_END_PX = 80;
/** So many lines before the first one older ones are asked for. */
const NEAR_START = 25;
/** Enough that a turn of the wheel shows only lines that were measured: others would jump. */
const OVERSCAN = 12;
/** More new messages than this are not counted out. */
const BELOW_MAX = 99;
const LINE_PX = 52;
const DAY_PX = 44;

/** What stands in the list, one below the other. */
type Entry =
  | { readonly kind: "top"; readonly key: "top" }
  | Line
  | { readonly kind: "unsent"; readonly key: string; readonly message: UnsentMessage }
  | { readonly kind: "typing"; readonly key: "typing" };

const TOP: Entry = { kind: "top", key: "top" };
const TYPING: Entry = { kind: "typing", key: "typing" };

/** A conversation through all its years: only what is on the screen is in the page. */
export function MessageList({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const say = useSay();
  const lines = useDeskState((one) => one.lines(conversation));
  const unsent = useDeskState((one) => one.unsent.of(conversation));
  const isTyping = useDeskState(
    ({ conversations }) => conversations.typing.get(conversation) === VISITOR_AUTHOR,
  );
  const entries = useMemo(() => entriesOf(lines, unsent, isTyping), [lines, unsent, isTyping]);
  const scroll = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const list = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    getItemKey: (place) => entries[place]?.key ?? place,
    estimateSize: (place) => (entries[place]?.kind === "message" ? LINE_PX : DAY_PX),
    overscan: OVERSCAN,
    // What is added above moves nothing on the screen; at the end one stays at the end.
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
    paddingStart: 8,
    paddingEnd: 14,
    onChange: (instance) => setAtEnd(instance.isAtEnd(NEAR_END_PX)),
  });
  const toEnd = () => list.scrollToEnd();
  useLayoutEffect(() => list.scrollToEnd(), [conversation]);
  const below = useBelow(lines, isAtEnd);
  useKeptEnd(scroll, toEnd);
  const isOpen = useDeskState(({ chosen }) => chosen === conversation);
  const isLooked = useLooked();
  useEffect(() => {
    if (isAtEnd && isOpen && isLooked) desk.seen();
  }, [isAtEnd, isOpen, isLooked, entries, desk]);
  const visible = list.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  useEffect(() => {
    if (first < NEAR_START && entries.length > 1) desk.older();
  }, [first, entries.length, desk]);
  const found = useFound(entries, (place) => list.scrollToIndex(place, { align: "center" }));
  return (
    <div className="messages">
      <div
        ref={scroll}
        className="messages-scroll"
        data-testid="messages"
        tabIndex={0}
        role="log"
        aria-label={say("messages")}
        aria-live="polite"
      >
        <div className="messages-all" style={{ height: list.getTotalSize() }}>
          <ol style={{ transform: `translateY(${visible[0]?.start ?? 0}px)` }}>
            {visible.map(({ key, index }) => {
              const entry = entries[index];
              return (
                entry !== undefined && (
                  <li
                    key={key}
                    ref={list.measureElement}
                    data-index={index}
                    data-found={(found !== 0 && "seq" in entry && entry.seq === found) || undefined}
                  >
                    <EntryView entry={entry} conversation={conversation} />
                  </li>
                )
              );
            })}
          </ol>
        </div>
      </div>
      {!isAtEnd && <ToEnd count={below} onPress={toEnd} />}
    </div>
  );
}

/** The way back to the newest message; says how many came since one went away from there. */
function ToEnd({ count, onPress }: { count: number; onPress: () => void }) {
  const say = useSay();
  const label = count === 0 ? say("toEnd") : `${say("newBelow", count)}. ${say("toEnd")}`;
  return (
    <button
      type="button"
      className="to-end"
      data-testid="to-end"
      data-new={count > 0 || undefined}
      aria-label={label}
      onClick={onPress}
    >
      {count > 0 && say("newBelow", count > BELOW_MAX ? `${BELOW_MAX}+` : count)}
      <Icon name="down" />
    </button>
  );
}

/** How many messages of others came since the end was left. */
function useBelow(lines: readonly Line[], isAtEnd: boolean): number {
  const leftSeq = useRef(0);
  if (isAtEnd) leftSeq.current = newestSeq(lines);
  return isAtEnd ? 0 : messagesAfter(lines, leftSeq.current);
}

/** At the end, keep the last line where it is when there is more room for the lines, or less. */
function useKeptEnd(scroll: RefObject<HTMLDivElement | null>, toEnd: () => void): void {
  useEffect(() => {
    const area = scroll.current;
    if (area === null) return;
    let { clientHeight: height, clientWidth: width } = area;
    let wasAtEnd = true;
    const isResized = () => height !== area.clientHeight || width !== area.clientWidth;
    const scrolled = () => {
      // What the browser moves because there is less to scroll is no wish of anybody.
      if (!isResized()) wasAtEnd = isNearEnd(area, height);
    };
    const observer = new ResizeObserver(() => {
      if (!isResized()) return;
      // Who reads further up wants his lines to stay where they are.
      if (width === area.clientWidth) {
        if (isNearEnd(area, height)) area.scrollTop += height - area.clientHeight;
      } else if (wasAtEnd) {
        // A turned phone breaks every line anew: the end is where they are once all are measured.
        toEnd();
      }
      ({ clientHeight: height, clientWidth: width } = area);
    });
    observer.observe(area);
    area.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      area.removeEventListener("scroll", scrolled);
    };
  }, [scroll]);
}

function isNearEnd(area: HTMLElement, height: number): boolean {
  return area.scrollHeight - area.scrollTop - height <= NEAR_END_PX;
}

/** True while the page is in sight. */
function useLooked(): boolean {
  return useSyncExternalStore(watchSight, () => !document.hidden);
}

function watchSight(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

function entriesOf(
  lines: readonly Line[],
  unsent: readonly UnsentMessage[],
  isTyping: boolean,
): readonly Entry[] {
  const refused = unsent.map((message) => {
    return { kind: "unsent", key: `u${message.op}`, message } as const;
  });
  return [TOP, ...lines, ...refused, ...(isTyping ? [TYPING] : [])];
}

function EntryView({ entry, conversation }: { entry: Entry; conversation: Id }) {
  switch (entry.kind) {
    case "top":
      return <Top conversation={conversation} />;
    case "unsent":
      return <UnsentView message={entry.message} />;
    case "typing":
      return <TypingView conversation={conversation} />;
    default:
      return <LineView line={entry} conversation={conversation} />;
  }
}

/** What is above the first message: the beginning, or more of them. */
function Top({ conversation }: { conversation: Id }) {
  const say = useSay();
  const [isAtStart, isEmpty] = useDeskState((desk) => {
    const thread = desk.conversations.threads.get(conversation);
    return [thread?.atStart === true, (thread?.events.length ?? 0) === 0];
  });
  if (isAtStart) return <p className="messages-top">{say("conversationStart")}</p>;
  return <p className="messages-top">{isEmpty ? "" : say("older")}</p>;
}

/** Go to the message that a search found; gives its `seq`, 0 for none. */
function useFound(entries: readonly Entry[], show: (place: number) => void): number {
  const desk = useDesk();
  const at = Number(useRoute().query.get("at") ?? 0) || 0;
  const shown = useRef(0);
  useEffect(() => {
    if (at === 0 || shown.current === at) return;
    const place = entries.findIndex((entry) => "seq" in entry && entry.seq === at);
    if (place < 0) return desk.older();
    shown.current = at;
    show(place);
  }, [at, entries, desk, show]);
  return at;
}
