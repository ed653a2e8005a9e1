import { useEffect, useState } from "preact/hooks";
import { ErrorNumber, isAccessFault, type Id } from "@airdesk/protocol";
import { Avatar, Button } from "../parts/controls.tsx";
import { Icon, Mark } from "../parts/icons.tsx";
import { useApi, usePreferences } from "../parts/page.tsx";
import { PreferenceBar } from "../parts/preference_bar.tsx";
import { shortTime, waitedFor } from "@airdesk/staff";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";
import { SearchBox, SearchResults, useSearch } from "./search.tsx";
import { SetAside } from "./set_aside.tsx";

const SECOND_MS = 1_000;
const HALF_MINUTE_MS = 30_000;

/** Lists of conversations, and the agent's own affairs. */
export function Sidebar() {
  const say = useDeskWords();
  const search = useSearch();
  return (
    <nav class="sidebar" aria-label={say("title")}>
      <header class="sidebar-head">
        <span class="brand">
          <Mark />
          <b>AirDesk</b>
        </span>
        <AvailabilitySwitch />
      </header>
      <ConnectionLine />
      <SearchBox search={search} />
      <div class="lists">{search.text === "" ? <Lists /> : <SearchResults search={search} />}</div>
      <Self />
    </nav>
  );
}

function useNow(everyMs: number): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

function Lists() {
  const desk = useDesk();
  const say = useDeskWords();
  const { mine, queue, waiting } = desk.conversations;
  const { unread } = desk;
  return (
    <>
      <section>
        <h2>
          {say("mine")} <span class="count">{mine.length}</span>
          {unread > 0 && (
            <span class="badge" aria-label={say("unread", unread)}>
              {unread}
            </span>
          )}
        </h2>
        {mine.length === 0 && (
          <p class="none">{say(desk.availability === 2 ? "noneMine" : "noneMineOffline")}</p>
        )}
        {desk.availability === 0 && (
          <div class="go-online">
            <Button kind="primary" testid="go-online" onClick={() => desk.setAvailability(2)}>
              {say("goOnline")}
            </Button>
          </div>
        )}
        <ConversationList ids={mine} testid="mine" />
      </section>
      <section>
        <h2>
          {say("waiting")} <span class={waiting > 0 ? "count waits" : "count"}>{waiting}</span>
        </h2>
        {waiting === 0 && <p class="none">{say("noneWaiting")}</p>}
        <ConversationList ids={queue} testid="queue" />
        {waiting > queue.length && <p class="none">{say("moreWaiting", waiting - queue.length)}</p>}
      </section>
      <SetAside status="snoozed" />
      <SetAside status="resolved" />
    </>
  );
}

function ConversationList({ ids, testid }: { ids: readonly Id[]; testid: string }) {
  return (
    <ul data-testid={testid}>
      {ids.map((id) => (
        <li key={id}>
          <ConversationRow id={id} />
        </li>
      ))}
    </ul>
  );
}

function ConversationRow({ id }: { id: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const names = useNames();
  const { language } = usePreferences();
  const nowMs = useNow(HALF_MINUTE_MS);
  const { conversations } = desk;
  const row = conversations.rows.get(id);
  if (row === undefined) return null;
  const name = names.visitor(row.visitor);
  const status = conversations.status(id) ?? "";
  const isTyping = conversations.typing.get(id) === 0;
  const last = conversations.threads.get(id)?.events.findLast(({ text }) => text !== "");
  let preview = last?.text || desk.lastWords.of(id);
  if (row.place > 0 && preview === "") {
    preview = say("waitsSince", waitedFor(nowMs - row.last_ms, language));
  }
  return (
    <button
      type="button"
      class="conversation"
      aria-current={id === desk.chosen}
      data-testid="conversation"
      data-id={id}
      data-status={status}
      data-unread={row.unread}
      onClick={() => desk.choose(id)}
    >
      <Avatar id={row.visitor} name={name} {...names.icon(row.visitor)} />
      <span class="what">
        <span class="line">
          <b>{name}</b>
          <time>{shortTime(row.last_ms, nowMs, language)}</time>
        </span>
        <span class="line">
          <span class={isTyping ? "preview typing" : "preview"}>
            {isTyping ? say("isTyping", "").trim() : preview}
          </span>
          {row.place > 0 && (
            <span class="place" data-testid="place">
              {say("place", row.place)}
            </span>
          )}
          {row.unread > 0 && (
            <span class="badge" aria-label={say("unread", row.unread)}>
              {row.unread}
            </span>
          )}
        </span>
      </span>
    </button>
  );
}

const AVAILABILITIES = [
  ["offline", "availabilityOffline", "availabilityOfflineHint"],
  ["busy", "availabilityBusy", "availabilityBusyHint"],
  ["online", "availabilityOnline", "availabilityOnlineHint"],
] as const;

function AvailabilitySwitch() {
  const desk = useDesk();
  const say = useDeskWords();
  const [name, , hint] = AVAILABILITIES[desk.availability] ?? AVAILABILITIES[0];
  return (
    <label class="availability" data-value={name} title={say(hint)}>
      <span class="visually-hidden">{say("availability")}</span>
      <i />
      <select
        data-testid="availability"
        data-value={name}
        value={name}
        onChange={({ currentTarget }) =>
          desk.setAvailability(AVAILABILITIES.findIndex(([one]) => one === currentTarget.value))
        }
      >
        {AVAILABILITIES.map(([value, saying]) => (
          <option key={value} value={value} selected={value === name}>
            {say(saying)}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </label>
  );
}

function ConnectionLine() {
  const desk = useDesk();
  const say = useDeskWords();
  const nowMs = useNow(SECOND_MS);
  const { state } = desk;
  const renews = state.name === "ended" && isAccessFault(state.number);
  const shown = renews ? "connecting" : state.name;
  return (
    <div class="connection" data-testid="connection" data-state={shown} role="status">
      <i />
      <span>
        {words()}
        {shown !== "live" && desk.pending > 0 && <small>{say("kept")}</small>}
      </span>
      {shown === "ended" && (
        <Button testid="again" onClick={() => desk.connectAgain()}>
          {say("again")}
        </Button>
      )}
    </div>
  );

  function words(): string {
    if (renews) return say("renewing");
    if (state.name === "ended") {
      return state.number === ErrorNumber.Fenced ? say("fenced") : say("ended", state.number);
    }
    if (state.name !== "offline") return say(state.name);
    const seconds = Math.ceil((state.retryAtMs - Math.max(nowMs, Date.now())) / SECOND_MS);
    return seconds > 1 ? say("offline", seconds) : say("offlineNow");
  }
}

function Self() {
  const desk = useDesk();
  const say = useDeskWords();
  const api = useApi();
  const { user, account } = desk.session;
  const leave = () => {
    // Whatever the server says: who wants to leave is not kept.
    void api
      .post("/api/auth/logout")
      .catch(() => undefined)
      .then(() => location.replace("/login"));
  };
  const sound = desk.chime.isOn;
  return (
    <footer class="self">
      <div class="self-name">
        <Avatar id={user.user_id} name={user.name} small />
        <span>
          <b>{user.name}</b>
          <small>{account.name}</small>
        </span>
      </div>
      <div class="self-buttons">
        <Button
          kind="quiet"
          icon={sound ? "bell" : "bellOff"}
          label={say(sound ? "soundOn" : "soundOff")}
          onClick={() => {
            desk.chime.isOn = !sound;
            desk.changed();
          }}
        />
        <PreferenceBar />
        <a
          class="button quiet bare"
          href="/settings"
          aria-label={say("settings")}
          title={say("settings")}
        >
          <Icon name="gear" />
        </a>
        <Button kind="quiet" icon="leave" label={say("logOut")} testid="log-out" onClick={leave} />
      </div>
    </footer>
  );
}
