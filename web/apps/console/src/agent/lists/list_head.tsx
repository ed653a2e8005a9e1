import { Button, Dropdown, Tooltip } from "antd";
import { useRef, useState } from "react";
import { menuFocus } from "../../shell/menu_focus.ts";
import { Icon } from "../../shell/icons.tsx";
import { useArrangement, useParts } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import { NO_FILTERS, type ListFilters } from "../../shell/workplace.ts";
import { useAgents, useInboxes, useLabels, useTeams } from "../catalogue.ts";
import { ListChoice } from "./list_nav.tsx";
import type { ListName } from "./lists.ts";

/** The title of a list, its filters, and the search. */
export function ListHead({ list }: { list: ListName }) {
  const say = useSay();
  const { workplace } = useParts();
  const isSearching = useArrangement(({ search }) => search !== null);
  if (isSearching) return <SearchBox />;
  return (
    <header className="list-head">
      <h1>
        <span className="list-title">{say(`list-${list}`)}</span>
        <ListChoice list={list} />
        {list === "queue" && <small>{say("queueOrder")}</small>}
      </h1>
      <FilterButton />
      <Tooltip title={say("search")}>
        <Button
          type="text"
          aria-label={say("search")}
          data-testid="search-open"
          icon={<Icon name="search" />}
          onClick={() => workplace.set({ search: "" })}
        />
      </Tooltip>
    </header>
  );
}

function SearchBox() {
  const say = useSay();
  const { workplace } = useParts();
  const search = useArrangement(({ search }) => search ?? "");
  // Who searches again comes from another place than the first time.
  const [begun] = useState(() => document.activeElement);
  const before = useRef<Element | null>(begun);
  const end = () => {
    workplace.set({ search: null });
    requestAnimationFrame(() => {
      const { current } = before;
      if (current instanceof HTMLElement && current.isConnected) current.focus();
    });
  };
  return (
    <header className="list-head search-box" role="search">
      <Icon name="search" />
      <input
        type="search"
        autoFocus
        value={search}
        placeholder={say("searchHint")}
        aria-label={say("search")}
        data-testid="search"
        onChange={({ currentTarget }) => workplace.set({ search: currentTarget.value })}
        onFocus={({ relatedTarget }) => {
          if (relatedTarget?.closest(".search-box") === null) before.current = relatedTarget;
        }}
        onKeyDown={({ key, nativeEvent }) => {
          if (nativeEvent.isComposing) return;
          if (key === "Escape") end();
          if (key === "ArrowDown") document.querySelector<HTMLElement>(".found .row")?.focus();
        }}
      />
      <Button
        type="text"
        aria-label={say("searchEnd")}
        icon={<Icon name="close" />}
        onClick={end}
      />
    </header>
  );
}

interface FilterGroup {
  readonly name: keyof ListFilters;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
}

function useFilterGroups(): readonly FilterGroup[] {
  const inboxes = useInboxes().map(({ inbox_id, name }) => ({ id: inbox_id, name }));
  const teams = useTeams().map(({ team_id, name }) => ({ id: team_id, name }));
  const labels = useLabels().map(({ label_id, name }) => ({ id: label_id, name }));
  const agents = useAgents();
  const groups: readonly FilterGroup[] = [
    { name: "inbox", choices: inboxes },
    { name: "team", choices: teams },
    { name: "label", choices: labels },
    { name: "agent", choices: agents },
  ];
  return groups.filter(({ choices }) => choices.length > 0);
}

function FilterButton() {
  const say = useSay();
  const { workplace } = useParts();
  const filters = useArrangement((now) => now.filters);
  const groups = useFilterGroups();
  const isOn = Object.values(filters).some(Boolean);
  const choose = (name: keyof ListFilters, id: string) => {
    workplace.set({ filters: { ...filters, [name]: filters[name] === id ? "" : id } });
  };
  const items = groups.map(({ name, choices }) => ({
    key: name,
    label: say(`filter-${name}`),
    extra: choices.find(({ id }) => id === filters[name])?.name,
    children: choices.map((choice) => ({
      key: `${name} ${choice.id}`,
      label: choice.name,
      extra: choice.id === filters[name] ? <Icon name="check" /> : undefined,
      onClick: () => choose(name, choice.id),
    })),
  }));
  const none = {
    key: "none",
    label: say("filterNone"),
    disabled: !isOn,
    onClick: () => workplace.set({ filters: NO_FILTERS }),
  };
  return (
    <Dropdown
      trigger={["click"]}
      autoFocus
      destroyOnHidden
      onOpenChange={menuFocus("filter")}
      menu={{ items: [...items, { type: "divider" as const }, none], selectable: false }}
    >
      <Button
        type="text"
        aria-label={say("filter")}
        className={isOn ? "is-on" : ""}
        data-testid="filter"
        icon={<Icon name="filter" />}
      />
    </Dropdown>
  );
}

/** What the lists are narrowed to, each to be taken away. */
export function FilterChips() {
  const say = useSay();
  const { workplace } = useParts();
  const filters = useArrangement((now) => now.filters);
  const groups = useFilterGroups();
  const chips = groups.flatMap(({ name, choices }) => {
    const chosen = choices.find(({ id }) => id === filters[name]);
    return chosen === undefined ? [] : [{ name, text: chosen.name }];
  });
  if (chips.length === 0) return null;
  return (
    <div className="chips">
      {chips.map(({ name, text }) => (
        <button
          key={name}
          type="button"
          className="chip"
          aria-label={say("filterRemove", text)}
          onClick={() => workplace.set({ filters: { ...filters, [name]: "" } })}
        >
          {text}
          <Icon name="close" />
        </button>
      ))}
    </div>
  );
}
