import type { ReactNode } from "react";
import { Icon, useRoute, useSession, useWords, type IconName } from "../shell/index.ts";
import { followed } from "../shell/page_link.tsx";
import { addressOf } from "../shell/router.ts";
import { settingsWords, type SettingsSaying } from "./words/settings.ts";

/** A part of the settings: its address is `/console/settings/NAME`. */
export interface Place {
  readonly name: SettingsSaying;
  readonly icon: IconName;
  /** Who has not this permission does not see it. */
  readonly permission: string;
}

/** The parts of the settings, in groups. */
export const GROUPS: readonly (readonly [group: SettingsSaying, places: readonly Place[]])[] = [
  ["groupDoors", [{ name: "inboxes", icon: "inbox", permission: "inboxes:write" }]],
  [
    "groupPeople",
    [
      { name: "members", icon: "people", permission: "members:write" },
      { name: "teams", icon: "flow", permission: "teams:write" },
      { name: "skills", icon: "check", permission: "members:write" },
      { name: "blocked", icon: "block", permission: "members:write" },
    ],
  ],
  [
    "groupWords",
    [
      { name: "faq", icon: "bot", permission: "faq:write" },
      { name: "canned", icon: "reply", permission: "canned:write" },
      { name: "labels", icon: "label", permission: "labels:write" },
    ],
  ],
  [
    "groupAccount",
    [
      { name: "account", icon: "gear", permission: "account:write" },
      { name: "tokens", icon: "code", permission: "tokens:write" },
      { name: "audit", icon: "list", permission: "audit:read" },
    ],
  ],
];

/** The groups that a person may see something of. */
export function useGroups(): typeof GROUPS {
  const { permissions } = useSession();
  return GROUPS.map(
    ([group, places]) =>
      [group, places.filter(({ permission }) => permissions.includes(permission))] as const,
  ).filter(([, places]) => places.length > 0);
}

/** A link to a place of the console that does not load the page anew. */
export function Go(props: {
  readonly to: string;
  readonly className?: string;
  readonly isHere?: boolean;
  readonly testid?: string;
  readonly children: ReactNode;
}) {
  const { to, className, isHere, testid, children } = props;
  return (
    <a
      href={addressOf(to)}
      className={className}
      aria-current={isHere === true ? "page" : undefined}
      data-testid={testid}
      onClick={(event) => followed(event, to)}
    >
      {children}
    </a>
  );
}

/** The list of settings, and one of them beside it. */
export function SettingsFrame(props: {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  /** Where the way back leads on a phone; the list of settings if nowhere else. */
  readonly back?: readonly [path: string, label: string];
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  const { title, hint, actions, isWide, children } = props;
  const say = useWords(settingsWords);
  const { rest } = useRoute();
  const isChosen = rest.length > 0;
  const [back, backLabel] = props.back ?? ["/settings", say("all")];
  return (
    <main className="frame settings" data-wide={isWide === true} data-chosen={isChosen}>
      <aside className="frame-aside">
        <Places />
      </aside>
      <div className="frame-scroll">
        <div className="frame-body">
          <header className="frame-head">
            <div>
              <Go to={back} className={props.back ? "back" : "back only-phone"}>
                <Icon name="back" />
                {backLabel}
              </Go>
              <h1>{title}</h1>
              {hint !== undefined && <p>{hint}</p>}
            </div>
            {actions !== undefined && <div className="frame-actions">{actions}</div>}
          </header>
          {children}
        </div>
      </div>
    </main>
  );
}

function Places() {
  const say = useWords(settingsWords);
  const { rest } = useRoute();
  const groups = useGroups();
  const here = rest[0] ?? groups[0]?.[1][0]?.name;
  return (
    <nav className="places" aria-label={say("title")}>
      <p className="places-title">{say("title")}</p>
      {groups.map(([group, places]) => (
        <div key={group}>
          <h2>{say(group)}</h2>
          <ul>
            {places.map(({ name, icon }) => (
              <li key={name}>
                <Go to={`/settings/${name}`} isHere={name === here}>
                  <Icon name={icon} />
                  {say(name)}
                </Go>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
