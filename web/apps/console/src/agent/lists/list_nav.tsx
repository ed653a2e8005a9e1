import { Dropdown } from "antd";
import { menuFocus } from "../../shell/menu_focus.ts";
import { Icon } from "../../shell/icons.tsx";
import { followed } from "../../shell/page_link.tsx";
import { useParts } from "../../shell/parts.tsx";
import { addressOf, go } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import { LISTS, LIST_ICONS, type ListName } from "./lists.ts";
import { useCounts } from "./use_items.ts";

/** The lists at the left, with how many conversations are in them. */
export function ListNav({ list }: { list: ListName }) {
  const say = useSay();
  const { workplace } = useParts();
  const counts = useCounts();
  return (
    <nav className="lists" aria-label={say("lists")} data-testid="lists">
      <h2>{say("pageInbox")}</h2>
      <ul>
        {LISTS.map((name) => (
          <li key={name}>
            <a
              href={addressOf(`/c/${name}`)}
              aria-current={name === list ? "page" : undefined}
              data-testid={`list-${name}`}
              onClick={(event) => {
                followed(event, `/c/${name}`);
                // Who goes to a list wants to see it, and not what was found before.
                if (event.defaultPrevented) workplace.set({ search: null });
              }}
            >
              <Icon name={LIST_ICONS[name]} />
              <span>{say(`list-${name}`)}</span>
              <Count name={name} count={counts[name] ?? 0} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Count({ name, count }: { name: ListName; count: number }) {
  if (count === 0) return null;
  return (
    <small data-waits={name === "queue" || undefined} data-testid={`count-${name}`}>
      {count > 999 ? "999+" : count}
    </small>
  );
}

/** The lists as one button, where there is no room for all of them. */
export function ListChoice({ list }: { list: ListName }) {
  const say = useSay();
  const counts = useCounts();
  const items = LISTS.map((name) => ({
    key: name,
    icon: <Icon name={LIST_ICONS[name]} />,
    label: say(`list-${name}`),
    extra: counts[name] ? String(counts[name]) : undefined,
    onClick: () => go(`/c/${name}`),
  }));
  return (
    <Dropdown
      menu={{ items, selectedKeys: [list] }}
      trigger={["click"]}
      autoFocus
      destroyOnHidden
      onOpenChange={menuFocus("list-choice")}
    >
      <button type="button" className="list-choice" data-testid="list-choice">
        {say(`list-${list}`)}
        <Icon name="down" />
      </button>
    </Dropdown>
  );
}
