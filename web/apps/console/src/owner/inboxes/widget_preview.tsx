import { Segmented } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Faq, Inbox, InboxValues } from "@airdesk/staff";
import { useList } from "../../forms/index.ts";
import { usePreferences, useWords } from "../../shell/index.ts";
import { useDark } from "../../shell/dress.tsx";
import { inboxWords } from "../words/inboxes.ts";
import { lookOf, type Moment } from "./look.ts";
import { logoAddress } from "./inbox_section.tsx";

/** Said by the preview once it listens; the widget's own code draws it. */
const PREVIEW_READY = "airdesk preview ready";
const SIZES = { desktop: [520, 650], phone: [375, 650] } as const;
const MOMENTS = {
  start: "momentStart",
  queue: "momentQueue",
  talk: "momentTalk",
  end: "momentEnd",
  away: "momentAway",
} as const;

/** The widget as it would be, drawn by its own code before anything is saved. */
export function WidgetPreview(props: {
  readonly inbox: Inbox;
  readonly values: InboxValues;
  readonly begin: Moment;
}) {
  const { inbox, values, begin } = props;
  const say = useWords(inboxWords);
  const { language: own } = usePreferences();
  const isPageDark = useDark();
  const [moment, setMoment] = useState<Moment>(begin);
  const [device, setDevice] = useState<"desktop" | "phone">("desktop");
  const [wish, setWish] = useState<"zh" | "en" | null>(null);
  const [ground, setGround] = useState<"light" | "dark" | null>(null);
  const language = values.language === "auto" ? (wish ?? own) : (values.language as "zh" | "en");
  const isDark =
    values.theme === "auto"
      ? (ground ?? (isPageDark ? "dark" : "light")) === "dark"
      : values.theme === "dark";
  const questions = useQuestions(inbox, values, language);
  const look = useMemo(
    () => lookOf(values, { logo_url: logoAddress(inbox), language, isDark, moment, questions }),
    [values, inbox, language, isDark, moment, questions],
  );
  return (
    <aside className="preview" aria-label={say("preview")}>
      <header>
        <h2>{say("preview")}</h2>
        <p className="muted">{say("previewHint")}</p>
      </header>
      <div className="preview-ways">
        <Segmented
          size="small"
          aria-label={say("moment")}
          value={moment}
          options={(Object.keys(MOMENTS) as Moment[]).map((value) => ({
            value,
            label: say(MOMENTS[value]),
          }))}
          onChange={setMoment}
        />
        <Segmented
          size="small"
          aria-label={say("device")}
          value={device}
          options={[
            { value: "desktop" as const, label: say("asDesktop") },
            { value: "phone" as const, label: say("asPhone") },
          ]}
          onChange={setDevice}
        />
        {values.language === "auto" && (
          <Segmented
            size="small"
            aria-label={say("language")}
            value={language}
            options={[
              { value: "zh" as const, label: "中文" },
              { value: "en" as const, label: "English" },
            ]}
            onChange={setWish}
          />
        )}
        {values.theme === "auto" && (
          <Segmented
            size="small"
            aria-label={say("ground")}
            value={isDark ? "dark" : "light"}
            options={[
              { value: "light" as const, label: say("asLight") },
              { value: "dark" as const, label: say("asDark") },
            ]}
            onChange={setGround}
          />
        )}
      </div>
      <Screen key={device} size={SIZES[device]} look={look} label={say("preview")} />
    </aside>
  );
}

/** A frame of a fixed size, made as small as there is room. */
function Screen(props: {
  readonly size: readonly [width: number, height: number];
  readonly look: unknown;
  readonly label: string;
}) {
  const { size, look, label } = props;
  const [width, height] = size;
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const [scale, setScale] = useState(0);
  const latest = useRef(look);
  latest.current = look;
  const tell = () =>
    frame.current?.contentWindow?.postMessage({ airdeskLook: latest.current }, location.origin);
  const isReady = useRef(false);
  useEffect(() => {
    const hear = ({ data, source }: MessageEvent) => {
      if (source !== frame.current?.contentWindow || data !== PREVIEW_READY) return;
      isReady.current = true;
      tell();
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    if (isReady.current) tell();
  }, [look]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const fit = () => setScale(Math.min(1, element.clientWidth / width));
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    fit();
    return () => observer.disconnect();
  }, [width]);
  return (
    <div className="screen" ref={box} style={{ height: height * scale }}>
      <iframe
        ref={frame}
        src="/widget/preview"
        title={label}
        data-testid="preview"
        style={{ width, height, scale: String(scale) }}
      />
    </div>
  );
}

/** The questions that the assistant would offer. */
function useQuestions(
  inbox: Inbox,
  { has_bot }: InboxValues,
  language: "zh" | "en",
): readonly string[] {
  const faq = useList<Faq>("/api/v1/faq").data;
  return useMemo(
    () =>
      (has_bot ? (faq ?? []) : [])
        .filter(
          (one) =>
            one.is_suggested &&
            one.language === language &&
            (one.inbox_id === null || one.inbox_id === inbox.inbox_id),
        )
        .map(({ question }) => question)
        .slice(0, 5),
    [faq, has_bot, language, inbox.inbox_id],
  );
}
