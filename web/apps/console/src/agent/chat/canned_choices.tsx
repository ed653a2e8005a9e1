import { useEffect, useState, type KeyboardEvent } from "react";
import type { Id } from "@airdesk/protocol";
import { askedFor, filled, offered, type Canned } from "@airdesk/staff";
import { useDesk } from "../../shell/desk.tsx";
import { useSay } from "../../shell/words.tsx";
import { useCanned, useInboxes } from "../catalogue.ts";
import { pressedInChoices } from "./choices.ts";

const LIST = "canned-choices";

/** The canned replies that a slash offers. */
export interface CannedState {
  readonly isOpen: boolean;
  readonly found: readonly Canned[];
  readonly place: number;
  readonly take: (canned: Canned) => void;
  readonly pressed: (event: KeyboardEvent) => boolean;
  /** For the box, so that a screen reader knows of the list. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
}

/** Hold the canned replies for a text; `write` puts one into the box. */
export function useCannedChoices(
  conversation: Id,
  text: string,
  write: (text: string) => void,
): CannedState {
  const desk = useDesk();
  const canned = useCanned();
  const inboxes = useInboxes();
  const [chosen, choose] = useState(0);
  const [closedAt, closeAt] = useState("");
  const asked = askedFor(text);
  const isOpen = asked !== null && closedAt !== text;
  const { refetch } = canned;
  useEffect(() => {
    // One that was written a moment ago is there.
    if (isOpen) void refetch();
  }, [isOpen, refetch]);
  const found = isOpen ? offered(canned.data ?? [], asked) : [];
  const place = Math.min(chosen, found.length - 1);
  const take = (one: Canned) => {
    const row = desk.conversations.rows.get(conversation);
    const inbox = inboxes.find(({ inbox_id }) => inbox_id === row?.inbox);
    write(
      filled(one.text, {
        visitor: desk.people.contact(row?.visitor ?? "")?.name ?? "",
        agent: desk.session.user.name,
        inbox: inbox?.name ?? "",
      }),
    );
    choose(0);
  };
  const pressed = (event: KeyboardEvent) => {
    if (!isOpen) return false;
    // A shortcut that does not exist is a slip, and no word for the visitor.
    if (found.length === 0 && event.key === "Enter" && !event.shiftKey) return true;
    return pressedInChoices(event, {
      found,
      place,
      move: choose,
      take,
      close: () => closeAt(text),
    });
  };
  const picked = found[place];
  const attributes = isOpen
    ? {
        "aria-controls": LIST,
        "aria-autocomplete": "list",
        "aria-activedescendant": picked === undefined ? "" : `${LIST}-${picked.canned_id}`,
      }
    : {};
  return { isOpen, found, place, take, pressed, attributes };
}

/** The list over the box. */
export function CannedChoices({ choices }: { choices: CannedState }) {
  const say = useSay();
  const { isOpen, found, place, take } = choices;
  if (!isOpen) return null;
  return (
    <div className="choices" data-testid="canned">
      {found.length === 0 && <p className="none">{say("cannedNone")}</p>}
      <ul id={LIST} role="listbox" aria-label={say("canned")}>
        {found.map((canned, number) => (
          <li
            key={canned.canned_id}
            id={`${LIST}-${canned.canned_id}`}
            role="option"
            aria-selected={number === place}
            onMouseDown={(event) => {
              // The box keeps the focus.
              event.preventDefault();
              take(canned);
            }}
          >
            <b>/{canned.shortcut}</b>
            <span>{canned.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
