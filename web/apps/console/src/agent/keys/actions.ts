/** Everything that a key, the command bar or a menu can do. */

import { useMemo } from "react";
import type { Id } from "@airdesk/protocol";
import type { Desk, Language, Look, Preferences, Session } from "@airdesk/staff";
import { pages } from "../../pages.ts";
import { useDesk } from "../../shell/desk.tsx";
import { useParts } from "../../shell/parts.tsx";
import { current, go } from "../../shell/router.ts";
import { useSession } from "../../shell/session.tsx";
import type { Workplace } from "../../shell/workplace.ts";
import type { Saying } from "../../words/index.ts";
import { isListName, type ListName } from "../lists/lists.ts";
import { neighbour } from "./neighbour.ts";

/** What an action acts on. */
export interface ActionContext {
  readonly desk: Desk;
  readonly workplace: Workplace;
  readonly session: Session;
  readonly preferences: Preferences;
}

/** The groups of the help and of the command bar. */
export const GROUPS = ["move", "conversation", "write", "view", "status"] as const;

/** Something that can be done. */
export interface Action {
  readonly saying: Saying;
  readonly group: (typeof GROUPS)[number];
  /** The first one is shown. Those with a modifier work while one writes, too. */
  readonly keys: readonly string[];
  readonly isPossible: (context: ActionContext) => boolean;
  readonly run: (context: ActionContext) => void;
}

const always = () => true;
const hasSelected = ({ workplace }: ActionContext) => workplace.now.selected.length > 0;
const hasOpen = ({ desk }: ActionContext) => desk.chosen !== "";
const mayWrite = ({ session, desk }: ActionContext) =>
  desk.chosen !== "" && session.permissions.includes("conversations:write");
const status = ({ desk }: ActionContext) => desk.conversations.status(desk.chosen);
const isOpen = (context: ActionContext) =>
  mayWrite(context) && status(context) !== undefined && status(context) !== "resolved";

/** What an action is done to: all that is marked, else what is open. */
export function targets({ desk, workplace }: ActionContext): readonly Id[] {
  const { selected } = workplace.now;
  return selected.length > 0 ? selected : desk.chosen === "" ? [] : [desk.chosen];
}

/** All actions. */
export const actions = {
  next: step(1, ["j", "alt+down"], "actionNext"),
  previous: step(-1, ["k", "alt+up"], "actionPrevious"),
  search: {
    saying: "search",
    group: "move",
    keys: ["/"],
    isPossible: always,
    run: ({ workplace }) => {
      if (current().page !== "c") go("/c/mine");
      workplace.set({ search: workplace.now.search ?? "" });
      focus("[data-testid=search]");
    },
  },
  mine: list("mine", "g m"),
  queue: list("queue", "g q"),
  botList: list("bot", "g b"),
  all: list("all", "g a"),
  mentions: list("mentions", "g n"),
  snoozed: list("snoozed", "g s"),
  resolved: list("resolved", "g r"),
  visitors: page("visitors", "pageVisitors", "g v"),
  board: page("board", "pageBoard", "g l"),
  settings: page("settings", "pageSettings", "g t"),
  profile: page("profile", "pageProfile", "g p"),
  browse: {
    saying: "actionBrowse",
    group: "move",
    keys: ["b"],
    isPossible: () => current().page === "c",
    // At once: the next key is meant for the line.
    run: () => document.querySelector<HTMLElement>(".rows .row")?.focus(),
  },
  filter: {
    saying: "filter",
    group: "move",
    keys: ["f"],
    isPossible: () => current().page === "c",
    run: () => document.querySelector<HTMLElement>("[data-testid=filter]")?.click(),
  },

  take: {
    saying: "take",
    group: "conversation",
    keys: ["a"],
    isPossible: (context) =>
      hasSelected(context) || (isOpen(context) && !context.desk.holds(context.desk.chosen)),
    run: take,
  },
  transfer: overlay("transfer", "transfer", "t", (one) => hasSelected(one) || isOpen(one)),
  resolve: {
    saying: "resolve",
    group: "conversation",
    keys: ["e"],
    isPossible: (context) => hasSelected(context) || isOpen(context),
    run: resolve,
  },
  undo: {
    saying: "actionUndo",
    group: "conversation",
    keys: ["z"],
    isPossible: ({ workplace }) => workplace.now.resolved.length > 0,
    run: ({ desk, workplace }) => {
      const { resolved } = workplace.now;
      workplace.set({ resolved: [] });
      for (const id of resolved) desk.reopen(id);
      if (resolved[0] !== undefined) go(`/c/${openList()}/${resolved[0]}`);
    },
  },
  snooze: overlay("snooze", "snooze", "s", isOpen),
  reopen: {
    saying: "reopen",
    group: "conversation",
    keys: ["o"],
    isPossible: (context) =>
      mayWrite(context) && ["resolved", "snoozed"].includes(status(context) ?? ""),
    run: ({ desk }) => desk.reopen(),
  },
  labels: overlay("labels", "labels", "l", (one) => hasSelected(one) || mayWrite(one)),
  priority: overlay("priority", "attention", "p", isOpen),
  bot: {
    saying: "toBot",
    group: "conversation",
    keys: ["shift+b"],
    isPossible: (context) => isOpen(context) && status(context) !== "bot",
    run: ({ desk }) => desk.returnToBot(),
  },
  select: {
    saying: "actionSelect",
    group: "conversation",
    keys: ["x"],
    isPossible: ({ workplace }) => current().page === "c" && workplace.now.listed.length > 0,
    run: ({ desk, workplace }) => {
      const row = document.activeElement?.closest<HTMLElement>("[data-testid=conversation]");
      const id = row?.dataset["id"] ?? desk.chosen;
      if (id !== "") workplace.toggleSelected(id);
    },
  },
  selectNone: {
    saying: "actionSelectNone",
    group: "conversation",
    keys: ["shift+x"],
    isPossible: hasSelected,
    run: ({ workplace }) => workplace.set({ selected: [] }),
  },
  more: {
    saying: "moreActions",
    group: "conversation",
    keys: ["."],
    isPossible: hasOpen,
    run: () => document.querySelector<HTMLElement>("[data-testid=more]")?.click(),
  },

  reply: {
    saying: "actionReply",
    group: "write",
    keys: ["r", "enter"],
    isPossible: hasOpen,
    run: ({ desk }) => write(desk, false),
  },
  note: {
    saying: "actionNote",
    group: "write",
    keys: ["n"],
    isPossible: hasOpen,
    run: ({ desk }) => write(desk, true),
  },

  contact: {
    saying: "actionContact",
    group: "view",
    keys: ["i"],
    isPossible: hasOpen,
    run: ({ workplace }) => workplace.toggleContact(),
  },
  commands: overlay("actionCommands", "commands", "mod+k", always),
  help: overlay("actionHelp", "help", "?", always),

  online: availability(2, "goOnline", "shift+o"),
  busy: availability(1, "goBusy", "shift+h"),
  offline: availability(0, "goOffline", ""),
  alerts: {
    saying: "actionAlerts",
    group: "status",
    keys: [],
    isPossible: ({ desk }) => !desk.alerts.isTurnedOn,
    run: ({ desk }) => void desk.alerts.turnOn(Date.now()),
  },
  chinese: language("zh", "speakChinese"),
  english: language("en", "speakEnglish"),
  light: look("light", "wearLight"),
  dark: look("dark", "wearDark"),
  auto: look("auto", "wearAuto"),
  person: {
    saying: "actionSelf",
    group: "view",
    keys: ["u"],
    isPossible: always,
    run: () => document.querySelector<HTMLElement>("[data-testid=self]")?.click(),
  },
} satisfies Readonly<Record<string, Action>>;

/** The name of an action. */
export type ActionName = keyof typeof actions;

/** What actions act on, for components. */
export function useActionContext(): ActionContext {
  const desk = useDesk();
  const session = useSession();
  const { workplace, preferences } = useParts();
  return useMemo(
    () => ({ desk, session, workplace, preferences }),
    [desk, session, workplace, preferences],
  );
}

function step(by: number, keys: readonly string[], saying: Saying): Action {
  return {
    saying,
    group: "move",
    keys,
    isPossible: ({ workplace }) => current().page === "c" && workplace.now.listed.length > 0,
    run: ({ desk, workplace }) => {
      const next = neighbour(workplace.now.listed, desk.chosen, by);
      if (next !== "") go(`/c/${openList()}/${next}`);
    },
  };
}

/** Take what is marked; or what is open, and show it among one's own. */
function take(context: ActionContext): void {
  const { desk, workplace } = context;
  for (const id of targets(context)) desk.take(id);
  if (hasSelected(context)) return workplace.set({ selected: [] });
  // It leaves the queue: who took it finds it under the hand, and not a gap.
  if (["queue", "bot"].includes(openList())) go(`/c/mine/${desk.chosen}`);
}

/** Resolve what is marked; or what is open, and go on with the next one of the list. */
function resolve(context: ActionContext): void {
  const { desk, workplace } = context;
  const done = targets(context);
  const { listed } = workplace.now;
  const left = listed.filter((id) => id === desk.chosen || !done.includes(id));
  const next = [neighbour(left, desk.chosen, 1), neighbour(left, desk.chosen, -1)].find(
    (id) => id !== desk.chosen,
  );
  for (const id of done) desk.resolve(id);
  const isLeft = done.includes(desk.chosen) && next !== undefined && next !== "";
  // What stays on the screen has its own button to reopen it.
  const stays = done.length === 1 && done[0] === desk.chosen && !isLeft;
  workplace.set({ selected: [], resolved: stays ? [] : done });
  if (isLeft) go(`/c/${openList()}/${next}`);
}

function page(name: string, saying: Saying, keys: string): Action {
  const permission = pages.find((one) => one.name === name)?.permission ?? "";
  return {
    saying,
    group: "move",
    keys: [keys],
    isPossible: ({ session }) => permission === "" || session.permissions.includes(permission),
    run: () => go(`/${name}`),
  };
}

function language(name: Language, saying: Saying): Action {
  return {
    saying,
    group: "view",
    keys: [],
    isPossible: ({ preferences }) => preferences.language !== name,
    run: ({ preferences }) => preferences.speak(name),
  };
}

function look(name: Look, saying: Saying): Action {
  return {
    saying,
    group: "view",
    keys: [],
    isPossible: ({ preferences }) => preferences.look !== name,
    run: ({ preferences }) => preferences.wear(name),
  };
}

function list(name: ListName, keys: string): Action {
  return {
    saying: `go-${name}`,
    group: "move",
    keys: [keys],
    isPossible: always,
    run: ({ workplace }) => {
      workplace.set({ search: null });
      go(`/c/${name}`);
    },
  };
}

function overlay(
  saying: Saying,
  name: NonNullable<Workplace["now"]["overlay"]>,
  keys: string,
  isPossible: Action["isPossible"],
): Action {
  const group = name === "commands" || name === "help" ? "view" : "conversation";
  return {
    saying,
    group,
    keys: [keys],
    isPossible,
    run: ({ workplace }) => workplace.set({ overlay: name }),
  };
}

function availability(number: number, saying: Saying, keys: string): Action {
  return {
    saying,
    group: "status",
    keys: keys === "" ? [] : [keys],
    isPossible: ({ desk }) => desk.availability !== number,
    run: ({ desk }) => desk.setAvailability(number),
  };
}

function openList(): ListName {
  const [name] = current().rest;
  return isListName(name) ? name : "mine";
}

const COMPOSER = "[data-testid=composer]";

function write(desk: Desk, note: boolean): void {
  // At once, so that the next letter is written; and another box takes the focus over.
  document.querySelector<HTMLElement>(COMPOSER)?.focus();
  desk.writeNote(note);
  focus(COMPOSER);
}

/** Focus what is on the page after this drawing. */
function focus(selector: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
