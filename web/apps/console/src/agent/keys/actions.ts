/** Everything that a key, the command bar or a menu can do. */

import { useMemo } from "react";
import type { Desk, Session } from "@airdesk/staff";
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
const hasOpen = ({ desk }: ActionContext) => desk.chosen !== "";
const mayWrite = ({ session, desk }: ActionContext) =>
  desk.chosen !== "" && session.permissions.includes("conversations:write");
const status = ({ desk }: ActionContext) => desk.conversations.status(desk.chosen);
const isOpen = (context: ActionContext) =>
  mayWrite(context) && status(context) !== undefined && status(context) !== "resolved";

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

  take: {
    saying: "take",
    group: "conversation",
    keys: ["a"],
    isPossible: (context) => isOpen(context) && !context.desk.holds(context.desk.chosen),
    run: ({ desk }) => desk.take(),
  },
  transfer: overlay("transfer", "transfer", "t", isOpen),
  resolve: {
    saying: "resolve",
    group: "conversation",
    keys: ["e"],
    isPossible: isOpen,
    run: ({ desk }) => desk.resolve(),
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
  labels: overlay("labels", "labels", "l", mayWrite),
  priority: overlay("priority", "attention", "p", isOpen),
  bot: {
    saying: "toBot",
    group: "conversation",
    keys: ["shift+b"],
    isPossible: (context) => isOpen(context) && status(context) !== "bot",
    run: ({ desk }) => desk.returnToBot(),
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
} satisfies Readonly<Record<string, Action>>;

/** The name of an action. */
export type ActionName = keyof typeof actions;

/** What actions act on, for components. */
export function useActionContext(): ActionContext {
  const desk = useDesk();
  const session = useSession();
  const { workplace } = useParts();
  return useMemo(() => ({ desk, session, workplace }), [desk, session, workplace]);
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

function write(desk: Desk, note: boolean): void {
  desk.writeNote(note);
  focus("[data-testid=composer]");
}

/** Focus what is on the page after this drawing. */
function focus(selector: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
