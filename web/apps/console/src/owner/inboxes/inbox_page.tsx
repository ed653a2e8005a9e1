import { Button } from "antd";
import { useEffect, useRef, type ReactNode } from "react";
import {
  INBOX_FIELDS,
  Problem,
  inboxChange,
  inboxFaults,
  valuesOf,
  wrongSites,
  type Inbox,
  type InboxValues,
} from "@airdesk/staff";
import {
  SaveBar,
  focusWrong,
  useConfirm,
  useForm,
  useLeaveGuard,
  useReload,
  type Form,
} from "../../forms/index.ts";
import { Icon, go, useApi, useWords } from "../../shell/index.ts";
import { Go, SettingsFrame } from "../settings_frame.tsx";
import { inboxWords, type InboxSaying } from "../words/inboxes.ts";
import { HoursTab } from "./hours_tab.tsx";
import { InstallTab } from "./install_tab.tsx";
import { LookTab } from "./look_tab.tsx";
import { RoutingTab } from "./routing_tab.tsx";
import { TextsTab } from "./texts_tab.tsx";
import { VisitorsTab } from "./visitors_tab.tsx";
import { WidgetPreview } from "./widget_preview.tsx";

const INBOXES = "/api/v1/inboxes";

/** The parts of an inbox's settings, and which fields stand in each. */
const TABS = {
  install: { saying: "tabInstall", fields: ["allowed_origins"] },
  look: {
    saying: "tabLook",
    fields: ["name", "colour", "position", "offset_x", "offset_y", "theme", "language", "logo"],
  },
  texts: { saying: "tabTexts", fields: [] },
  visitors: { saying: "tabVisitors", fields: ["form", "form_fields", "identify_required"] },
  routing: {
    saying: "tabRouting",
    fields: ["rule", "team_id", "skills", "answer_minutes", "reopen_hours"],
  },
  hours: { saying: "tabHours", fields: [] },
} as const satisfies Record<
  string,
  { readonly saying: InboxSaying; readonly fields: readonly string[] }
>;

type Tab = keyof typeof TABS;

/** What every part of the page is given. */
export interface TabProps {
  readonly inbox: Inbox;
  readonly form: Form<InboxValues>;
}

/** One inbox: its parts share one form, so that going between them loses nothing. */
export function InboxPage({ inbox, tab: wanted }: { inbox: Inbox; tab: string }) {
  const say = useWords(inboxWords);
  const base = `/settings/inboxes/${inbox.inbox_id}`;
  const tab: Tab = wanted in TABS ? (wanted as Tab) : "look";
  const form = useInboxForm(inbox);
  // On the other tabs the bar below the form asks.
  useLeaveGuard(form.isDirty && tab === "hours", base);
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone not all of them fit.
    bar.current
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [tab]);
  const wrong = form.wrong.join();
  useEffect(() => {
    const place = tabOf(form.wrong);
    if (place !== null && place !== tab) go(`${base}/${place}`);
  }, [wrong]);
  useEffect(focusWrong, [tab]);
  return (
    <SettingsFrame
      title={inbox.name}
      back={["/settings/inboxes", say("inboxes")]}
      isWide
      actions={<RemoveButton inbox={inbox} />}
    >
      <nav className="tabs" ref={bar} aria-label={say("settingsOf", inbox.name)}>
        {(Object.keys(TABS) as Tab[]).map((one) => (
          <Go key={one} to={`${base}/${one}`} isHere={one === tab} testid={`tab-${one}`}>
            {say(TABS[one].saying)}
          </Go>
        ))}
      </nav>
      {tab === "hours" ? (
        <HoursTab inbox={inbox} />
      ) : (
        <form className="inbox-form" onSubmit={form.submit} noValidate>
          <Beside tab={tab} form={form} inbox={inbox}>
            <TabContent tab={tab} form={form} inbox={inbox} />
          </Beside>
          <SaveBar form={form} within={base} />
        </form>
      )}
    </SettingsFrame>
  );
}

function TabContent({ tab, ...shown }: TabProps & { tab: Exclude<Tab, "hours"> }) {
  switch (tab) {
    case "install":
      return <InstallTab {...shown} />;
    case "look":
      return <LookTab {...shown} />;
    case "texts":
      return <TextsTab {...shown} />;
    case "visitors":
      return <VisitorsTab {...shown} />;
    case "routing":
      return <RoutingTab {...shown} />;
  }
}

/** What changes how the widget looks has the widget beside it. */
function Beside(props: TabProps & { readonly tab: Tab; readonly children: ReactNode }) {
  const { tab, inbox, form, children } = props;
  if (tab === "install" || tab === "routing") return <div className="narrow">{children}</div>;
  const moment = tab === "visitors" && form.values.form === "after" ? "queue" : "start";
  return (
    <div className="beside">
      <div className="stack">{children}</div>
      <WidgetPreview key={tab} inbox={inbox} values={form.values} begin={moment} />
    </div>
  );
}

function useInboxForm(inbox: Inbox): Form<InboxValues> {
  const api = useApi();
  const reload = useReload();
  const say = useWords(inboxWords);
  return useForm(
    valuesOf(inbox),
    async (values) => {
      const faults = inboxFaults(values);
      const [site] = wrongSites(values.allowed_origins);
      if (site) faults["allowed_origins"] = say("originsWrong", site.line, site.text);
      if (Object.keys(faults).length > 0) throw new Problem(422, "", { fields: faults });
      const path = `${INBOXES}/${inbox.inbox_id}`;
      const changed = await api.patch<Inbox>(path, inboxChange(values, inbox));
      await reload(INBOXES);
      return valuesOf(changed);
    },
    { fieldNames: INBOX_FIELDS },
  );
}

/** Where the first wrong field is, so that it can be seen. */
function tabOf(wrong: readonly string[]): Tab | null {
  for (const name of wrong) {
    if (/^(?:zh|en)\./.test(name)) return "texts";
    const found = (Object.keys(TABS) as Tab[]).find((tab) =>
      (TABS[tab].fields as readonly string[]).includes(name),
    );
    if (found !== undefined) return found;
  }
  return null;
}

function RemoveButton({ inbox }: { inbox: Inbox }) {
  const api = useApi();
  const say = useWords(inboxWords);
  const confirm = useConfirm();
  const reload = useReload();
  const remove = () =>
    confirm({
      title: `${say("removeInbox")}: ${inbox.name}`,
      hint: say("removeInboxHint"),
      action: say("removeInbox"),
      act: async () => {
        await api.delete(`${INBOXES}/${inbox.inbox_id}`);
        go("/settings/inboxes");
        await reload(INBOXES);
      },
    });
  return (
    <Button type="text" danger icon={<Icon name="trash" />} onClick={remove}>
      {say("removeInbox")}
    </Button>
  );
}
