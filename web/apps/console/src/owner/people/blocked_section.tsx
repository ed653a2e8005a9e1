import { Button } from "antd";
import { dayAndTime, shortName, type Contact } from "@airdesk/staff";
import { Read, useConfirm, useList, useReload } from "../../forms/index.ts";
import { Face, Nothing, useApi, usePreferences, useWords } from "../../shell/index.ts";
import { SettingsFrame } from "../settings_frame.tsx";
import { peopleWords } from "../words/people.ts";

const CONTACTS = "/api/v1/contacts";
const BLOCKED = `${CONTACTS}/blocked`;

/** Visitors of whom nothing is taken: since when, by whom, and the way back. */
export default function BlockedSection() {
  const say = useWords(peopleWords);
  // Agents block all day: what was read before is not what there is.
  const list = useList<Contact>(BLOCKED, "", { staleTime: 0 });
  return (
    <SettingsFrame title={say("blocked")} hint={say("blockedHint")}>
      <Read of={list}>
        {(found) =>
          found.length === 0 ? (
            <div className="empty">
              <Nothing icon="block" title={say("noneBlocked")}>
                {say("noneBlockedHint")}
              </Nothing>
            </div>
          ) : (
            <ul className="rows" data-testid="blocked">
              {found
                .toSorted((one, other) => other.blocked_ms - one.blocked_ms)
                .map((contact) => (
                  <BlockedRow key={contact.contact_id} contact={contact} />
                ))}
            </ul>
          )
        }
      </Read>
    </SettingsFrame>
  );
}

function BlockedRow({ contact }: { contact: Contact }) {
  const api = useApi();
  const say = useWords(peopleWords);
  const { language } = usePreferences();
  const confirm = useConfirm();
  const reload = useReload();
  const { contact_id, email, phone, visitor_ids, blocked_ms, blocked_by } = contact;
  const name = contact.name || say("visitor", shortName(visitor_ids.at(-1) ?? contact_id));
  const told = [
    email || phone,
    blocked_ms === 0 ? "" : say("blockedSince", dayAndTime(blocked_ms, language)),
    blocked_by === "" ? "" : say("blockedBy", blocked_by),
  ];
  const unblock = () =>
    confirm({
      title: say("unblockAsk", name),
      hint: say("unblockHint"),
      action: say("unblock"),
      isCalm: true,
      act: () => api.delete(`${CONTACTS}/${contact_id}/block`).then(() => reload(BLOCKED)),
    });
  return (
    <li className="row" data-testid="item">
      <Face id={contact_id} name={name} />
      <span className="row-words two-lines">
        <span>{name}</span>
        <small>{told.filter(Boolean).join(" · ")}</small>
      </span>
      <Button size="small" onClick={unblock} aria-label={say("unblockOne", name)}>
        {say("unblock")}
      </Button>
    </li>
  );
}
