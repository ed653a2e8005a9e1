import { Tag } from "antd";
import { Problem, siteOrigin, type Inbox } from "@airdesk/staff";
import {
  useFocusBack,
  FormWindow,
  Read,
  TextField,
  useForm,
  useList,
  useReload,
} from "../../forms/index.ts";
import { Icon, Nothing, go, useApi, useRoute, useWords } from "../../shell/index.ts";
import { ItemList } from "../collection.tsx";
import { Go, SettingsFrame } from "../settings_frame.tsx";
import { choiceWords, isChoice } from "../words/choices.ts";
import { inboxWords } from "../words/inboxes.ts";
import { InboxPage } from "./inbox_page.tsx";

const INBOXES = "/api/v1/inboxes";

/** All inboxes, or the one that the address names. */
export default function InboxSection() {
  const say = useWords(inboxWords);
  const { rest } = useRoute();
  const list = useList<Inbox>(INBOXES);
  const chosen = rest[1];
  if (chosen === undefined) return <InboxList />;
  const inbox = list.data?.find(({ inbox_id }) => inbox_id === chosen);
  if (inbox !== undefined) return <InboxPage key={chosen} inbox={inbox} tab={rest[2] ?? ""} />;
  return (
    <SettingsFrame title={say("inboxes")} back={["/settings/inboxes", say("inboxes")]}>
      <Read of={list}>{() => <Nothing icon="inbox" title={say("unknownInbox")} />}</Read>
    </SettingsFrame>
  );
}

function InboxList() {
  const say = useWords(inboxWords);
  const list = useList<Inbox>(INBOXES);
  return (
    <ItemList
      kind={{
        title: say("inboxes"),
        hint: say("inboxesHint"),
        icon: "inbox",
        none: say("noneInboxes"),
        noneHint: say("noneInboxesHint"),
        addWord: say("addInbox"),
        list,
        id: ({ inbox_id }) => inbox_id,
      }}
      line={(inbox) => <InboxRow inbox={inbox} />}
      adding={(onClose) => <AddWindow onClose={onClose} />}
    />
  );
}

function InboxRow({ inbox }: { inbox: Inbox }) {
  const say = useWords(inboxWords);
  const sayChoice = useWords(choiceWords);
  const { inbox_id, name, allowed_origins, settings, rule, has_bot } = inbox;
  const sites = allowed_origins.map((one) => one.replace(/^https?:\/\//, "")).join(", ");
  return (
    <li>
      <Go to={`/settings/inboxes/${inbox_id}/look`} className="row row-link" testid="open-inbox">
        <span className="swatch" style={{ background: settings.colour }}>
          {settings.logo_file_id !== null && <img src={logoAddress(inbox)} alt="" />}
        </span>
        <span className="row-words two-lines">
          <b>{name}</b>
          <small>{sites || say("noSites")}</small>
        </span>
        <span className="only-wide">
          {isChoice(rule) && <Tag>{sayChoice(rule)}</Tag>}
          {has_bot && <Tag color="blue">{say("botOn")}</Tag>}
        </span>
        <Icon name="forward" />
      </Go>
    </li>
  );
}

/** Where an inbox's logo is; a new picture has a new address. */
export function logoAddress({ inbox_id, settings }: Inbox): string {
  const { logo_file_id } = settings;
  return logo_file_id === null ? "" : `/api/widget/logo?inbox=${inbox_id}&file=${logo_file_id}`;
}

function AddWindow({ onClose }: { onClose: () => void }) {
  useFocusBack();
  const api = useApi();
  const say = useWords(inboxWords);
  const reload = useReload();
  const form = useForm({ name: "", site: "" }, async ({ name, site }, key) => {
    const origin = siteOrigin(site);
    if (origin === null) throw new Problem(422, "", { fields: { site: say("siteWrong") } });
    const body = { name, allowed_origins: origin === "" ? [] : [origin] };
    const { inbox_id } = await api.post<Inbox>(INBOXES, body, key);
    await reload(INBOXES);
    onClose();
    go(`/settings/inboxes/${inbox_id}/install`);
  });
  return (
    <FormWindow title={say("addInbox")} form={form} onClose={onClose}>
      <TextField
        {...form.field("name")}
        label={say("name")}
        hint={say("nameHint")}
        lengthMax={100}
      />
      <TextField
        {...form.field("site")}
        label={say("site")}
        hint={say("siteHint")}
        error={form.error("site") ?? form.error("allowed_origins")}
      />
    </FormWindow>
  );
}
