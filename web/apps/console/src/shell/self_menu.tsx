import { Dropdown, type MenuProps } from "antd";
import { AVAILABILITIES } from "./availability.ts";
import { useDesk, useDeskState } from "./desk.tsx";
import { Face } from "./face.tsx";
import { menuFocus } from "./menu_focus.ts";
import { Icon } from "./icons.tsx";
import { rememberInside } from "./inside.ts";
import { useApi, useParts, usePreferences } from "./parts.tsx";
import { go } from "./router.ts";
import { useSession } from "./session.tsx";
import { useSay } from "./words.tsx";

/** The person at the foot of the bar: status, language, look, leaving. */
export function SelfMenu() {
  const say = useSay();
  const desk = useDesk();
  const api = useApi();
  const { preferences } = useParts();
  const { language, look } = usePreferences();
  const { user, account } = useSession();
  const availability = useDeskState(({ availability }) => availability);
  const presence = AVAILABILITIES[availability]?.name ?? "offline";
  const label = `${user.name}, ${say(AVAILABILITIES[availability]?.saying ?? "offline")}`;
  const leave = () => {
    rememberInside(false);
    // Whatever the server says: who wants to leave is not kept.
    void api
      .post("/api/auth/logout")
      .catch(() => undefined)
      .then(() => {
        location.replace("/login");
      });
  };
  const items: MenuProps["items"] = [
    {
      key: "who",
      type: "group",
      label: (
        <span className="self-name">
          <b>{user.name}</b>
          <small>{account.name}</small>
        </span>
      ),
    },
    { type: "divider" },
    ...AVAILABILITIES.map(({ name, saying, hint }, number) => ({
      key: `availability-${name}`,
      icon: <i className="dot" data-presence={name} />,
      label: (
        <span className="two-lines" data-testid={`availability-${name}`}>
          {say(saying)}
          <small>{say(hint)}</small>
        </span>
      ),
      extra: number === availability ? <Icon name="check" /> : undefined,
      onClick: () => desk.setAvailability(number),
    })).toReversed(),
    { type: "divider" },
    {
      key: "profile",
      icon: <Icon name="person" />,
      label: say("pageProfile"),
      onClick: () => go("/profile"),
    },
    {
      key: "language",
      icon: <Icon name="globe" />,
      label: language === "zh" ? "English" : "中文",
      onClick: () => preferences.speak(language === "zh" ? "en" : "zh"),
    },
    {
      key: "look",
      icon: <Icon name="moon" />,
      label: say("look"),
      children: (["auto", "light", "dark"] as const).map((one) => ({
        key: `look-${one}`,
        label: say(`look-${one}`),
        extra: one === look ? <Icon name="check" /> : undefined,
        onClick: () => preferences.wear(one),
      })),
    },
    { type: "divider" },
    { key: "leave", icon: <Icon name="leave" />, label: say("logOut"), onClick: leave },
  ];
  return (
    <Dropdown
      menu={{ items }}
      trigger={["click"]}
      placement="topRight"
      autoFocus
      destroyOnHidden
      onOpenChange={menuFocus("self")}
    >
      <button
        type="button"
        className="self"
        data-testid="self"
        data-presence={presence}
        aria-label={label}
        title={label}
      >
        <Face id={user.user_id} name={user.name} presence={presence} />
      </button>
    </Dropdown>
  );
}
