/** Inboxes: the list, and the page of one. */

import { useState } from "preact/hooks";
import type { Inbox, Team } from "@airdesk/staff";
import {
  TEXT_NAMES,
  bodyOf,
  embedLine,
  valuesOf,
  widgetWords,
  type InboxValues,
} from "@airdesk/staff";
import { Button, Choices, SelectField, Switch, TextField } from "../parts/controls.tsx";
import { CopyText } from "../parts/copy.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormFault, useForm, type Form } from "../parts/form.tsx";
import { Icon } from "../parts/icons.tsx";
import { useApi } from "../parts/page.tsx";
import type { SettingsSaying } from "../words/settings.ts";
import { ColourField } from "./colour_field.tsx";
import { NotYet, useList, useMay, useSettingsWords } from "./context.tsx";
import { HoursPanel } from "./hours.tsx";
import { Confirm, DialogButtons, Panel, Row, Section, useOpen } from "./section.tsx";

/** All inboxes. */
export function InboxSection({ chosen }: { chosen: string }) {
  const say = useSettingsWords();
  const mayWrite = useMay("inboxes:write");
  const list = useList<Inbox>("/api/v1/inboxes");
  const [adding, add, closeAdd] = useOpen<true>();
  const inbox = list.value?.find(({ inbox_id }) => inbox_id === chosen);
  if (inbox) return <InboxPage key={chosen} inbox={inbox} onSaved={list.reload} />;
  return (
    <Section
      title={say("inboxes")}
      intro={say("inboxesIntro")}
      action={
        mayWrite && (
          <Button kind="primary" icon="add" testid="add" onClick={() => add(true)}>
            {say("addInbox")}
          </Button>
        )
      }
    >
      {list.value === null && <NotYet loaded={list} />}
      {list.value?.length === 0 && <p class="none boxed">{say("noneInboxes")}</p>}
      <ul class="rows">
        {list.value?.map(({ inbox_id, name, allowed_origins, settings }) => (
          <Row
            key={inbox_id}
            sign={<i class="swatch" style={{ background: settings.colour }} />}
            title={name}
            detail={allowed_origins.join(", ")}
          >
            <a class="button" href={`/chat/${inbox_id}`} target="_blank" rel="noopener">
              {say("preview")}
            </a>
            <a class="button" href={`#inboxes/${inbox_id}`} data-testid="open-inbox">
              {say("edit")}
            </a>
          </Row>
        ))}
      </ul>
      {adding && <AddDialog onClose={closeAdd} onSaved={list.reload} />}
    </Section>
  );
}

function AddDialog({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const form = useForm({ name: "" }, async (values, key) => {
    const { inbox_id } = await api.post<Inbox>("/api/v1/inboxes", values, key);
    onSaved();
    onClose();
    location.hash = `inboxes/${inbox_id}`;
  });
  return (
    <Dialog title={say("addInbox")} closeLabel={say("close")} onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <TextField {...form.field("name")} label={say("name")} lengthMax={100} />
        <FormFault text={form.fault} />
        <DialogButtons busy={form.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function InboxPage({ inbox, onSaved }: { inbox: Inbox; onSaved: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const mayWrite = useMay("inboxes:write");
  const [removing, remove, closeRemove] = useOpen<true>();
  const [isSaved, setSaved] = useState(false);
  const address = `/api/v1/inboxes/${inbox.inbox_id}`;
  const form = useForm(valuesOf(inbox), async (values) => {
    setSaved(false);
    await api.patch(address, bodyOf(values, inbox));
    setSaved(true);
    onSaved();
  });
  return (
    <Section
      title={inbox.name}
      action={
        <a class="button" href="#inboxes">
          <Icon name="back" />
          {say("inboxes")}
        </a>
      }
    >
      <Panel title={say("embed")} intro={say("embedHint")}>
        <CopyText
          text={embedLine(location.origin, inbox.inbox_id)}
          label={say("embed")}
          testid="embed"
        />
        <div class="buttons">
          <a
            class="button"
            href={`/chat/${inbox.inbox_id}`}
            target="_blank"
            rel="noopener"
            data-testid="preview"
          >
            {say("preview")}
          </a>
        </div>
      </Panel>
      {mayWrite ? (
        <form onSubmit={form.submit} noValidate>
          <GeneralPanel form={form} />
          <LookPanel form={form} />
          <TextsPanel form={form} />
          <AskPanel form={form} />
          <div class="save-bar">
            <FormFault text={form.fault} />
            {isSaved && !form.touched && (
              <p class="word good" role="status">
                {say("saved")}
              </p>
            )}
            <Button kind="primary" type="submit" busy={form.busy} testid="save">
              {say("saveChanges")}
            </Button>
          </div>
        </form>
      ) : (
        <p class="word">{say("readOnly")}</p>
      )}
      <HoursPanel inboxId={inbox.inbox_id} />
      {mayWrite && <IdentityPanel inbox={inbox} onChange={onSaved} />}
      {mayWrite && (
        <div class="buttons">
          <Button kind="danger" icon="trash" onClick={() => remove(true)}>
            {say("remove")}
          </Button>
        </div>
      )}
      {removing && (
        <Confirm
          title={say("removeAsk", inbox.name)}
          action={say("remove")}
          onClose={closeRemove}
          act={async () => {
            await api.delete(address);
            onSaved();
            location.hash = "inboxes";
          }}
        />
      )}
    </Section>
  );
}

type Part = { readonly form: Form<InboxValues> };

const RULES: readonly (readonly [string, SettingsSaying])[] = [
  ["longest_idle", "ruleLongestIdle"],
  ["least_busy", "ruleLeastBusy"],
  ["round_robin", "ruleRoundRobin"],
  ["manual", "ruleManual"],
];

function GeneralPanel({ form }: Part) {
  const say = useSettingsWords();
  const teams = useList<Team>("/api/v1/teams");
  return (
    <Panel title={say("general")}>
      <TextField {...form.field("name")} label={say("name")} lengthMax={100} />
      <TextField
        {...form.field("allowed_origins")}
        label={say("origins")}
        hint={say("originsHint")}
        lines={3}
      />
      <div class="pair">
        <SelectField
          {...form.field("rule")}
          label={say("rule")}
          options={RULES.map(([rule, saying]) => [rule, say(saying)] as const)}
        />
        <SelectField
          {...form.field("team_id")}
          label={say("inboxTeam")}
          options={[
            ["", say("everybody")],
            ...(teams.value ?? []).map(({ team_id, name }) => [team_id, name] as const),
          ]}
        />
        <TextField
          {...form.field("answer_minutes")}
          label={say("answerMinutes")}
          hint={say("answerHint")}
          type="number"
          min={0}
        />
        <TextField
          {...form.field("reopen_hours")}
          label={say("reopenHours")}
          hint={say("reopenHint")}
          type="number"
          min={0}
        />
      </div>
      <TextField
        {...form.field("skills")}
        label={say("skillsAsked")}
        hint={say("skillsAskedHint")}
      />
      <Switch {...form.field("has_bot")} label={say("bot")} hint={say("botHint")} />
      <Switch {...form.field("sticky")} label={say("sticky")} />
    </Panel>
  );
}

function LookPanel({ form }: Part) {
  const say = useSettingsWords();
  return (
    <Panel title={say("look")}>
      <div class="pair">
        <ColourField {...form.field("colour")} label={say("colour")} />
        <SelectField
          {...form.field("position")}
          label={say("position")}
          options={[
            ["right", say("right")],
            ["left", say("left")],
          ]}
        />
        <TextField {...form.field("offset_x")} label={say("offsetX")} type="number" min={0} />
        <TextField {...form.field("offset_y")} label={say("offsetY")} type="number" min={0} />
        <SelectField
          {...form.field("theme")}
          label={say("theme")}
          options={[
            ["auto", say("themeAuto")],
            ["light", say("themeLight")],
            ["dark", say("themeDark")],
          ]}
        />
        <SelectField
          {...form.field("language")}
          label={say("language")}
          options={[
            ["auto", say("languageAuto")],
            ["zh", "中文"],
            ["en", "English"],
          ]}
        />
      </div>
      <Switch {...form.field("sound")} label={say("sound")} />
      <Switch {...form.field("show_rating")} label={say("rating")} />
    </Panel>
  );
}

const TEXT_SAYINGS: Record<(typeof TEXT_NAMES)[number], SettingsSaying> = {
  title: "textTitle",
  subtitle: "textSubtitle",
  greeting: "textGreeting",
  offline: "textOffline",
  placeholder: "textPlaceholder",
  form_title: "textFormTitle",
};

function TextsPanel({ form }: Part) {
  const say = useSettingsWords();
  return (
    <Panel title={say("texts")} intro={say("textsHint")}>
      {TEXT_NAMES.map((name) => (
        <div class="pair" key={name}>
          {(["zh", "en"] as const).map((language) => (
            <TextField
              key={language}
              name={`texts.${language}.${name}`}
              label={`${say(TEXT_SAYINGS[name])} · ${language === "zh" ? "中文" : "English"}`}
              value={form.values[language][name] ?? ""}
              placeholder={widgetWords[language][name]}
              error={form.error(`settings.texts.${language}.${name}`) ?? form.error(name)}
              onChange={(text) =>
                form.set({ [language]: { ...form.values[language], [name]: text } })
              }
            />
          ))}
        </div>
      ))}
    </Panel>
  );
}

function AskPanel({ form }: Part) {
  const say = useSettingsWords();
  return (
    <Panel title={say("form")}>
      <SelectField
        {...form.field("form")}
        label={say("formWhen")}
        options={[
          ["off", say("formOff")],
          ["before", say("formBefore")],
          ["after", say("formAfter")],
        ]}
      />
      {form.values.form !== "off" && (
        <Choices
          {...form.field("form_fields")}
          label={say("formFields")}
          options={[
            ["name", say("name")],
            ["email", say("email")],
            ["phone", say("phone")],
          ]}
        />
      )}
      <Switch
        {...form.field("identify_required")}
        label={say("identityRequired")}
        hint={say("identityRequiredHint")}
      />
    </Panel>
  );
}

function IdentityPanel({ inbox, onChange }: { inbox: Inbox; onChange: () => void }) {
  const api = useApi();
  const say = useSettingsWords();
  const [isShown, show] = useState(false);
  const [rotating, rotate, closeRotate] = useOpen<true>();
  const [secret, setSecret] = useState(inbox.identify_secret ?? "");
  const address = `/api/v1/inboxes/${inbox.inbox_id}/identify-secret`;
  const renew = async () => {
    const { identify_secret } = await api.post<{ identify_secret: string }>(address);
    setSecret(identify_secret);
    show(true);
    onChange();
  };
  return (
    <Panel title={say("identity")} intro={say("identityIntro")}>
      {isShown && secret !== "" && (
        <CopyText text={secret} label={say("secret")} testid="identify-secret" />
      )}
      <div class="buttons">
        {!isShown && secret !== "" && (
          <Button icon="eye" testid="show-secret" onClick={() => show(true)}>
            {say("secretShow")}
          </Button>
        )}
        <Button testid="rotate-secret" onClick={() => rotate(true)}>
          {say("secretNew")}
        </Button>
      </div>
      {rotating && (
        <Confirm
          title={say("secretNewAsk")}
          hint={say("secretNewHint")}
          action={say("secretNew")}
          onClose={closeRotate}
          act={renew}
        />
      )}
    </Panel>
  );
}
