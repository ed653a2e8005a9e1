import { Button, Dropdown, Tooltip, type MenuProps } from "antd";
import type { Id } from "@airdesk/protocol";
import { shortTime } from "@airdesk/staff";
import { useDeskState } from "../../shell/desk.tsx";
import { menuFocus } from "../../shell/menu_focus.ts";
import { Icon, type IconName } from "../../shell/icons.tsx";
import { useArrangement, useParts, usePreferences } from "../../shell/parts.tsx";
import { go } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import { useInboxes, useLabels } from "../catalogue.ts";
import { actions, useActionContext, type ActionName } from "../keys/actions.ts";
import { keysInWords } from "../keys/keys.ts";
import type { ListName } from "../lists/lists.ts";
import { useAgentName, useVisitorName } from "../names.ts";
import { VisitorFace } from "../visitor_face.tsx";
import { ActionButton } from "./action_button.tsx";

/** The name, the state and the actions of the open conversation. */
export function ChatHead({ conversation, list }: { conversation: Id; list: ListName }) {
  const say = useSay();
  const visitor = useDeskState(
    ({ conversations }) => conversations.rows.get(conversation)?.visitor ?? "",
  );
  const name = useVisitorName(visitor);
  return (
    <header className="chat-head">
      <Button
        type="text"
        className="only-phone"
        aria-label={say("back")}
        data-testid="back"
        icon={<Icon name="back" />}
        onClick={() => go(`/c/${list}`)}
      />
      <VisitorFace id={visitor} />
      <div className="chat-who">
        <h2>{name}</h2>
        <State conversation={conversation} />
      </div>
      <Actions conversation={conversation} />
      <Marks conversation={conversation} />
    </header>
  );
}

/** Status, whose it is, which inbox; what finds no room is left out, the inbox first. */
function State({ conversation }: { conversation: Id }) {
  const say = useSay();
  const { language } = usePreferences();
  const row = useDeskState(({ conversations }) => conversations.rows.get(conversation));
  const status = useDeskState(({ conversations }) => conversations.status(conversation));
  const holder = useAgentName(row?.assignee ?? "");
  const inbox = useInboxes().find(({ inbox_id }) => inbox_id === row?.inbox);
  const inboxes = useInboxes().length;
  if (row === undefined || status === undefined) return null;
  return (
    <p className="chat-state">
      <span className="status" data-status={status} data-testid="status">
        {say(`status-${status}`)}
      </span>
      {status === "snoozed" && row.snoozed_until_ms > 0 && (
        <span>{say("until", shortTime(row.snoozed_until_ms, Date.now(), language))}</span>
      )}
      {row.assignee !== "" && <span>{holder}</span>}
      {inbox !== undefined && inboxes > 1 && <span className="wide-only">{inbox.name}</span>}
    </p>
  );
}

/** How urgent it is, and its labels: a line of their own, as many may be there. */
function Marks({ conversation }: { conversation: Id }) {
  const say = useSay();
  const row = useDeskState(({ conversations }) => conversations.rows.get(conversation));
  const labels = useLabels().filter(({ label_id }) => row?.labels.includes(label_id) === true);
  const priority = row?.priority ?? 0;
  if (priority === 0 && labels.length === 0) return null;
  return (
    <p className="chat-marks" data-testid="marks">
      {priority > 0 && (
        <span className="flag" data-priority={priority}>
          <Icon name="flag" />
          {say(priority > 1 ? "priority-2" : "priority-1")}
        </span>
      )}
      {labels.map(({ label_id, name, colour }) => (
        <span key={label_id} className="label" style={{ "--label": colour } as object}>
          {name}
        </span>
      ))}
    </p>
  );
}

const MENU_ICONS: Readonly<Partial<Record<ActionName, IconName>>> = {
  labels: "label",
  priority: "flag",
  bot: "bot",
  reopen: "undo",
  snooze: "alarm",
  transfer: "transfer",
  take: "take",
  resolve: "check",
};

/** What may be done, by buttons where there is room, else in the menu. */
function Actions({ conversation }: { conversation: Id }) {
  const say = useSay();
  const { workplace } = useParts();
  const context = useActionContext();
  const status = useDeskState(({ conversations }) => conversations.status(conversation));
  const isMine = useDeskState((one) => one.holds(conversation));
  // What is possible depends on what the desk has open, which follows the address.
  useDeskState(({ chosen }) => chosen);
  const showsContact = useArrangement((now) => now.showsContact);
  const items: MenuProps["items"] = (
    ["take", "transfer", "snooze", "resolve", "reopen", "labels", "priority", "bot"] as const
  ).flatMap((name) => {
    const action = actions[name];
    if (!action.isPossible(context)) return [];
    const icon = MENU_ICONS[name];
    return [
      {
        key: name,
        icon: icon && <Icon name={icon} />,
        label: say(action.saying),
        extra: keysInWords(action.keys[0] ?? ""),
        onClick: () => action.run(context),
      },
    ];
  });
  const button = (name: ActionName, primary = false) => (
    <Tooltip title={keysInWords(actions[name].keys[0] ?? "")}>
      <ActionButton
        key={name}
        type={primary ? "primary" : "default"}
        data-testid={name}
        className="wide-action"
        onClick={() => actions[name].run(context)}
      >
        {say(actions[name].saying)}
      </ActionButton>
    </Tooltip>
  );
  const icon = (name: "snooze" | "transfer" | "labels", sign: IconName) => (
    <Tooltip title={`${say(actions[name].saying)} ${keysInWords(actions[name].keys[0] ?? "")}`}>
      <Button
        type="text"
        className="wide-action"
        aria-label={say(actions[name].saying)}
        data-testid={name}
        icon={<Icon name={sign} />}
        onClick={() => actions[name].run(context)}
      />
    </Tooltip>
  );
  return (
    <div className="chat-actions">
      {actions.labels.isPossible(context) && icon("labels", "label")}
      {actions.snooze.isPossible(context) && icon("snooze", "alarm")}
      {actions.transfer.isPossible(context) && icon("transfer", "transfer")}
      {!isMine && status !== "resolved" && actions.take.isPossible(context) && button("take", true)}
      {status === "snoozed" && isMine && button("reopen")}
      {status === "assigned" && isMine && button("resolve", true)}
      {status === "resolved" && button("reopen", true)}
      <Dropdown
        menu={{ items }}
        trigger={["click"]}
        placement="bottomRight"
        autoFocus
        destroyOnHidden
        onOpenChange={menuFocus("more")}
      >
        <Button
          type="text"
          aria-label={say("moreActions")}
          data-testid="more"
          icon={<Icon name="more" />}
        />
      </Dropdown>
      <Tooltip title={`${say("contact")} ${keysInWords("i")}`}>
        <Button
          type="text"
          aria-label={say("contact")}
          aria-pressed={showsContact}
          className={showsContact ? "is-on" : ""}
          data-testid="contact-toggle"
          icon={<Icon name="panel" />}
          onClick={() => {
            workplace.toggleContact();
          }}
        />
      </Tooltip>
    </div>
  );
}
