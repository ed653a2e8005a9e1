import { useEffect, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import type { Session } from "@airdesk/staff";
import { Problem } from "@airdesk/staff";
import { logInAddress } from "../entrance/way.ts";
import { Button } from "../parts/controls.tsx";
import { Icon, Mark, type IconName } from "../parts/icons.tsx";
import { mount, useParts, usePreferences, useTitle } from "../parts/page.tsx";
import { PreferenceBar } from "../parts/preference_bar.tsx";
import { explain } from "@airdesk/staff";
import type { SettingsSaying } from "../words/settings.ts";
import "../style/tokens.css";
import "../style/parts.css";
import "../style/settings.css";
import { AccountSection, LogInSection, TokenSection } from "./account.tsx";
import { CannedSection, FaqSection, LabelSection } from "./answers.tsx";
import { AuditSection } from "./audit.tsx";
import { SessionContext, useSettingsWords } from "./context.tsx";
import { InboxSection } from "./inboxes.tsx";
import { MemberSection, TeamSection } from "./people.tsx";

/** A part of the settings. */
interface Place {
  readonly name: SettingsSaying;
  readonly icon: IconName;
  /** Who has not this permission does not see it. */
  readonly permission: string;
  readonly Content: ComponentType<{ chosen: string }>;
}

const GROUPS: readonly (readonly [group: SettingsSaying, places: readonly Place[]])[] = [
  [
    "groupDoors",
    [{ name: "inboxes", icon: "inbox", permission: "inboxes:read", Content: InboxSection }],
  ],
  [
    "groupTeam",
    [
      { name: "members", icon: "people", permission: "members:read", Content: MemberSection },
      { name: "teams", icon: "flow", permission: "teams:read", Content: TeamSection },
    ],
  ],
  [
    "groupWords",
    [
      { name: "faq", icon: "bot", permission: "faq:read", Content: FaqSection },
      { name: "canned", icon: "reply", permission: "canned:read", Content: CannedSection },
      { name: "labels", icon: "label", permission: "labels:read", Content: LabelSection },
    ],
  ],
  [
    "groupAccount",
    [
      { name: "account", icon: "gear", permission: "account:read", Content: AccountSection },
      { name: "sessions", icon: "lock", permission: "", Content: LogInSection },
      { name: "tokens", icon: "code", permission: "tokens:write", Content: TokenSection },
      { name: "audit", icon: "list", permission: "audit:read", Content: AuditSection },
    ],
  ],
];

function SettingsPage() {
  const { api, preferences } = useParts();
  const { language } = usePreferences();
  const say = useSettingsWords();
  const [session, setSession] = useState<Session | Problem | null>(null);
  const load = () => {
    setSession(null);
    api.get<Session>("/api/auth/session").then(
      (found) => {
        api.csrf = found.csrf;
        preferences.suggest(found.account.language);
        setSession(found);
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        if (thrown.status !== 401) setSession(thrown);
      },
    );
  };
  useEffect(load, []);
  useTitle(`${say("title")} · AirDesk`);
  if (session === null) return <p class="settings-wait">{say("loading")}</p>;
  if (session instanceof Problem) {
    return (
      <div class="settings-wait">
        <p>{explain(session, language)}</p>
        <Button kind="primary" onClick={load}>
          {say("tryAgain")}
        </Button>
      </div>
    );
  }
  return (
    <SessionContext.Provider value={session}>
      <Rooms session={session} />
    </SessionContext.Provider>
  );
}

/** The section that the address names, and what in it. */
function useHash(): readonly [place: string, chosen: string] {
  const read = () => location.hash.replace(/^#/, "");
  const [hash, setHash] = useState(read);
  useEffect(() => {
    const changed = () => setHash(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const [place = "", chosen = ""] = hash.split("/");
  return [place, chosen];
}

function Rooms({ session }: { session: Session }) {
  const say = useSettingsWords();
  const [hash, chosen] = useHash();
  const may = ({ permission }: Place) =>
    permission === "" || session.permissions.includes(permission);
  const groups = GROUPS.map(([group, places]) => [group, places.filter(may)] as const).filter(
    ([, places]) => places.length > 0,
  );
  const all = groups.flatMap(([, places]) => places);
  const place = all.find(({ name }) => name === hash) ?? all[0];
  if (place === undefined) return null;
  const { Content, name } = place;
  return (
    <div class="settings">
      <nav class="settings-nav" aria-label={say("title")}>
        <header>
          <a class="brand" href="/agent" title={say("toDesk")}>
            <Mark />
            <b>{say("title")}</b>
          </a>
          <PreferenceBar />
        </header>
        <a class="to-desk" href="/agent">
          <Icon name="back" />
          {say("toDesk")}
        </a>
        <div class="places">
          {groups.map(([group, places]) => (
            <div key={group}>
              <h2>{say(group)}</h2>
              <ul>
                {places.map((one) => (
                  <li key={one.name}>
                    <a href={`#${one.name}`} aria-current={one.name === name ? "page" : undefined}>
                      <Icon name={one.icon} />
                      {say(one.name)}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      </nav>
      <main class="settings-main">
        <Content key={name} chosen={name === hash ? chosen : ""} />
      </main>
    </div>
  );
}

mount(SettingsPage, () => {
  location.replace(logInAddress(location.pathname + location.hash));
});
