import { useEffect, useRef, useState } from "preact/hooks";
import type { Id } from "@airdesk/protocol";
import { Avatar, Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { usePreferences } from "../parts/page.tsx";
import { snoozeChoices, type SnoozeChoice } from "@airdesk/staff";
import { dayAndTime } from "@airdesk/staff";
import type { DeskSaying } from "../words/desk.ts";
import { ActionButton } from "./action_button.tsx";
import { Composer } from "./composer.tsx";
import { useDesk, useDeskWords, useNames } from "./desk_context.tsx";
import { Menu } from "./menu.tsx";
import { Messages } from "./messages.tsx";
import { TransferDialog } from "./transfer_dialog.tsx";

const STATUS_SAYINGS = {
  bot: "statusBot",
  queued: "statusQueued",
  assigned: "statusAssigned",
  snoozed: "statusSnoozed",
  resolved: "statusResolved",
} as const;

const SNOOZE_SAYINGS: Record<SnoozeChoice["name"], DeskSaying> = {
  hour: "snoozeHour",
  evening: "snoozeEvening",
  tomorrow: "snoozeTomorrow",
  monday: "snoozeMonday",
};

/** The open conversation. */
export function Chat(props: { contactShown: boolean; onContact: () => void }) {
  const desk = useDesk();
  const say = useDeskWords();
  const { chosen } = desk;
  if (chosen === "") {
    return (
      <main class="chat nothing">
        <Icon name="inbox" />
        <h2>{say("nothingChosen")}</h2>
        <p>{say("nothingChosenHint")}</p>
      </main>
    );
  }
  return (
    <main class="chat">
      <ChatHead {...props} conversation={chosen} />
      <Messages key={chosen} conversation={chosen} />
      <TypingLine conversation={chosen} />
      <Composer key={`c${chosen}`} conversation={chosen} />
    </main>
  );
}

function ChatHead(props: { conversation: Id; contactShown: boolean; onContact: () => void }) {
  const { conversation, contactShown, onContact } = props;
  const desk = useDesk();
  const say = useDeskWords();
  const names = useNames();
  const row = desk.conversations.rows.get(conversation);
  const status = desk.conversations.status(conversation);
  const name = row ? names.visitor(row.visitor) : "";
  return (
    <header class="chat-head">
      <span class="only-narrow">
        <Button
          kind="quiet"
          icon="back"
          label={say("back")}
          testid="back"
          onClick={() => desk.choose("")}
        />
      </span>
      <button type="button" class="who" onClick={onContact} title={say("showContact")}>
        <Avatar id={row?.visitor ?? ""} name={name} {...names.icon(row?.visitor ?? "")} />
        <span>
          <b data-testid="visitor-name">{name}</b>
          <small>
            {status && (
              <span class="status" data-testid="status" data-status={status}>
                {say(STATUS_SAYINGS[status])}
              </span>
            )}
            {row?.assignee && status === "assigned" && (
              <span class="holder">
                {row.assignee === desk.you ? say("you") : names.agent(row.assignee)}
              </span>
            )}
          </small>
        </span>
      </button>
      <Actions key={conversation} conversation={conversation} />
      <Button
        kind="quiet"
        icon="person"
        label={say("showContact")}
        pressed={contactShown}
        testid="show-contact"
        onClick={onContact}
      />
    </header>
  );
}

function Actions({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const { language } = usePreferences();
  const [transferring, setTransferring] = useState(false);
  const status = desk.conversations.status(conversation);
  const areShown = useRef(false);
  useEffect(() => {
    areShown.current = status !== undefined;
  }, [status]);
  if (status === undefined) return null;
  const isFresh = areShown.current;
  const isOpen = status !== "resolved";
  const isMine = desk.holds(conversation) && status === "assigned";
  return (
    <div class="actions">
      {isOpen && !isMine && (
        <ActionButton
          kind="primary"
          icon="take"
          testid="take"
          isFresh={isFresh}
          onClick={() => desk.take()}
        >
          {say("take")}
        </ActionButton>
      )}
      {status === "resolved" && (
        <ActionButton icon="undo" testid="reopen" isFresh={isFresh} onClick={() => desk.reopen()}>
          {say("reopen")}
        </ActionButton>
      )}
      {status === "snoozed" && (
        // Beside its name there is no room for one more word.
        <Button icon="undo" label={say("wake")} testid="reopen" onClick={() => desk.reopen()} />
      )}
      {(status === "assigned" || status === "queued") && (
        <Menu icon="alarm" label={say("snooze")} testid="snooze">
          {snoozeChoices(Date.now()).map(({ name, untilMs }) => (
            <button
              type="button"
              role="menuitem"
              key={name}
              data-testid={`snooze-${name}`}
              onClick={() => desk.snooze(untilMs)}
            >
              {say(SNOOZE_SAYINGS[name])}
              <small>{dayAndTime(untilMs, language)}</small>
            </button>
          ))}
        </Menu>
      )}
      {isOpen && (
        <Button
          icon="transfer"
          label={say("transfer")}
          testid="transfer"
          onClick={() => setTransferring(true)}
        />
      )}
      {isOpen && (
        <ActionButton
          icon="check"
          kind={isMine ? "primary" : "plain"}
          testid="resolve"
          isFresh={isFresh}
          onClick={() => desk.resolve()}
        >
          {say("resolve")}
        </ActionButton>
      )}
      {transferring && <TransferDialog onClose={() => setTransferring(false)} />}
    </div>
  );
}

function TypingLine({ conversation }: { conversation: Id }) {
  const desk = useDesk();
  const say = useDeskWords();
  const names = useNames();
  const typist = desk.conversations.typing.get(conversation);
  const row = desk.conversations.rows.get(conversation);
  let name = "";
  if (row && typist === 0) name = names.visitor(row.visitor);
  else if (row && typist !== undefined) name = names.agent(row.participants[typist - 3] ?? "");
  return (
    <p class="typing-line" data-testid="typing" aria-live="polite">
      {name && say("isTyping", name)}
    </p>
  );
}
