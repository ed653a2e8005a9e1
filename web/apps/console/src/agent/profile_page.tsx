import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useState, type ReactNode } from "react";
import { Problem, REPEATS_S, explain, fieldFault, type Member } from "@airdesk/staff";
import { useDesk, useDeskState } from "../shell/desk.tsx";
import { PageFrame } from "../shell/page_frame.tsx";
import { useApi, useArrangement, useParts, usePreferences } from "../shell/parts.tsx";
import { usePermission, useSession } from "../shell/session.tsx";
import { useSay } from "../shell/words.tsx";
import "../style/profile.css";

const CAPACITY_MAX = 100;
const MINUTE_S = 60;

/** The person's own choices: who he is, how much he takes, how the console looks and sounds. */
export default function ProfilePage() {
  const say = useSay();
  return (
    <PageFrame title={say("pageProfile")} hint={say("profileHint")}>
      <Work />
      <Alerts />
      <Looks />
      <Password />
    </PageFrame>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface SettingProps {
  readonly label: string;
  readonly hint?: string;
  /** The id of the field; without it the field names itself. */
  readonly field?: string;
  readonly children: ReactNode;
}

function Setting({ label, hint, field, children }: SettingProps) {
  return (
    <div className="setting">
      <label htmlFor={field}>
        <b>{label}</b>
        {hint !== undefined && <small>{hint}</small>}
      </label>
      <div>{children}</div>
    </div>
  );
}

/** Name and capacity. */
function Work() {
  const say = useSay();
  const api = useApi();
  const { language } = usePreferences();
  const { user } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayRead = usePermission("members:read");
  const path = `/api/v1/members/${user.user_id}`;
  const { data } = useQuery({
    queryKey: [path],
    queryFn: () => api.get<Member>(path),
    enabled: mayRead,
  });
  const [typed, setTyped] = useState<{ name?: string; capacity?: number }>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const name = typed.name ?? data?.name ?? user.name;
  const capacity = typed.capacity ?? data?.capacity ?? 1;
  const most = data?.capacity_max || CAPACITY_MAX;
  const save = async () => {
    setProblem(null);
    try {
      queries.setQueryData([path], await api.patch<Member>("/api/v1/members/me", typed));
      await queries.invalidateQueries({ queryKey: ["/api/v1/agents"] });
      setTyped({});
      void message.success(say("saved"));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      setProblem(thrown);
    }
  };
  return (
    <Card title={say("profileWork")}>
      <Setting label={say("name")} hint={user.email} field="own-name">
        <Input
          id="own-name"
          value={name}
          onChange={({ target }) => setTyped({ ...typed, name: target.value })}
        />
      </Setting>
      <Setting label={say("capacity")} hint={say("capacityHint", most)} field="own-capacity">
        <InputNumber
          id="own-capacity"
          min={1}
          max={most}
          value={capacity}
          onChange={(value) => value !== null && setTyped({ ...typed, capacity: value })}
        />
      </Setting>
      {problem !== null && (
        <p className="fault" role="alert">
          {Object.values(problem.fields)[0] === undefined
            ? explain(problem, language)
            : fieldFault(Object.values(problem.fields)[0] ?? "", language)}
        </p>
      )}
      <div className="card-foot">
        <Button
          type="primary"
          disabled={Object.keys(typed).length === 0}
          data-testid="save-profile"
          onClick={() => void save()}
        >
          {say("save")}
        </Button>
      </div>
    </Card>
  );
}

/** What is heard and seen of new messages. */
function Alerts() {
  const say = useSay();
  const desk = useDesk();
  const sound = useDeskState(({ chime }) => chime.isOn);
  const notifies = useDeskState(({ alerts }) => alerts.notifies);
  const repeatS = useDeskState(({ alerts }) => alerts.repeatS);
  const permission = useDeskState(({ alerts }) => alerts.permission);
  const turnSound = (on: boolean) => {
    desk.chime.isOn = on;
    if (on) void desk.alerts.turnOn(Date.now());
    desk.changed();
  };
  const turnNotices = (on: boolean) => {
    desk.alerts.notifies = on;
    if (on) void desk.alerts.askToNotify();
  };
  return (
    <Card title={say("profileAlerts")}>
      <Setting label={say("sound")} hint={say("soundHint")} field="own-sound">
        <Switch id="own-sound" checked={sound} onChange={turnSound} />
      </Setting>
      <Setting
        label={say("notices")}
        hint={say(permission === "denied" ? "noticesDenied" : "noticesHint")}
        field="own-notices"
      >
        <Switch
          id="own-notices"
          checked={notifies && permission === "granted"}
          disabled={permission === "denied" || permission === "missing"}
          onChange={turnNotices}
        />
      </Setting>
      <Setting label={say("repeat")} hint={say("repeatHint")} field="own-repeat">
        <Select
          id="own-repeat"
          value={repeatS}
          popupMatchSelectWidth={false}
          options={REPEATS_S.map((value) => ({ value, label: repeatWords(value) }))}
          onChange={(value: number) => {
            desk.alerts.repeatS = value;
          }}
        />
      </Setting>
    </Card>
  );

  function repeatWords(seconds: number): string {
    if (seconds === 0) return say("repeatNever");
    if (seconds < MINUTE_S) return say("repeatSeconds", seconds);
    return say("repeatMinutes", seconds / MINUTE_S);
  }
}

function Looks() {
  const say = useSay();
  const { preferences, workplace } = useParts();
  const { language, look } = usePreferences();
  const hasSingleKeys = useArrangement((now) => now.hasSingleKeys);
  return (
    <Card title={say("profileLooks")}>
      <Setting label={say("language")}>
        <Segmented
          aria-label={say("language")}
          value={language}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(value) => preferences.speak(value as "zh" | "en")}
        />
      </Setting>
      <Setting label={say("look")}>
        <Segmented
          aria-label={say("look")}
          value={look}
          options={(["auto", "light", "dark"] as const).map((value) => ({
            value,
            label: say(`look-${value}`),
          }))}
          onChange={(value) => preferences.wear(value)}
        />
      </Setting>
      <Setting label={say("singleKeys")} hint={say("singleKeysHint")} field="own-keys">
        <Switch
          id="own-keys"
          checked={hasSingleKeys}
          onChange={(on) => workplace.useSingleKeys(on)}
        />
      </Setting>
    </Card>
  );
}

function Password() {
  const say = useSay();
  const api = useApi();
  const { language } = usePreferences();
  const { message } = App.useApp();
  const [values, setValues] = useState({ old: "", new: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async () => {
    setProblem(null);
    try {
      await api.post("/api/auth/password", values);
      setValues({ old: "", new: "" });
      void message.success(say("saved"));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      setProblem(thrown);
    }
  };
  const [fault] = Object.values(problem?.fields ?? {});
  return (
    <Card title={say("password")}>
      <Setting label={say("passwordOld")} field="own-old">
        <Input.Password
          id="own-old"
          autoComplete="current-password"
          value={values.old}
          onChange={({ target }) => setValues({ ...values, old: target.value })}
        />
      </Setting>
      <Setting label={say("passwordNew")} hint={say("passwordHint")} field="own-new">
        <Input.Password
          id="own-new"
          autoComplete="new-password"
          value={values.new}
          onChange={({ target }) => setValues({ ...values, new: target.value })}
        />
      </Setting>
      {problem !== null && (
        <p className="fault" role="alert">
          {fault === undefined ? explain(problem, language) : fieldFault(fault, language)}
        </p>
      )}
      <div className="card-foot">
        <Button disabled={values.old === "" || values.new === ""} onClick={() => void save()}>
          {say("passwordChange")}
        </Button>
      </div>
    </Card>
  );
}
