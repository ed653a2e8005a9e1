/** What is asked of the visitor: who he is, and how it was. */

import { useRef, useState } from "preact/hooks";
import type { Contact } from "../chat/api.ts";
import type { FormField } from "../inbox.ts";
import { Icon } from "./icons.tsx";
import type { Shown } from "./shown.ts";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** Where this tab keeps that the visitor does not want to be asked. */
export const FORM_KEY = "form";

const INPUT_MODES = { name: "text", email: "email", phone: "tel" } as const;

interface FormProps extends Pick<Shown, "chat" | "words" | "host" | "redraw"> {
  readonly fields: readonly FormField[];
  readonly title: string;
  readonly hint: string;
  readonly submit: string;
  /** Say where the answer will go; who is about to chat sees it anyway. */
  readonly promises: boolean;
}

/** Name and e-mail, which nobody has to give. */
export function ContactForm(props: FormProps) {
  const { chat, words, host, redraw, fields, title, hint, submit, promises } = props;
  const [wrong, setWrong] = useState(false);
  const done = () => {
    host.session.setItem(FORM_KEY, "done");
    redraw();
  };
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const told = (field: FormField) => String(form.get(field) ?? "").trim();
    const email = told("email");
    if (email && !MAIL.test(email)) return setWrong(true);
    const filled = fields.map((field) => [field, told(field)] as const).filter(([, text]) => text);
    const given: Partial<Contact> = Object.fromEntries(filled);
    if (filled.length > 0) {
      chat.tellContact(given).catch(() => chat.say("offlineNow"));
      if (email && promises) chat.say("saved", email);
    }
    done();
  };
  return (
    <form class="ask" data-testid="form" noValidate onSubmit={send}>
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {fields.map((field) => (
        <label key={field}>
          <span>{words.say(field)}</span>
          <input
            name={field}
            type="text"
            inputMode={INPUT_MODES[field]}
            autocomplete={field === "phone" ? "tel" : field}
            maxLength={200}
            defaultValue={chat.contact[field]}
            aria-invalid={field === "email" && wrong}
            aria-describedby={field === "email" && wrong ? "wrong" : undefined}
            onInput={() => setWrong(false)}
          />
        </label>
      ))}
      {wrong && (
        <p class="wrong" id="wrong" role="alert">
          {words.say("emailWrong")}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="primary" data-testid="form-send">
          {submit}
        </button>
        <button type="button" class="quiet" data-testid="form-skip" onClick={done}>
          {words.say("skip")}
        </button>
      </div>
    </form>
  );
}

const SCORES = [1, 2, 3, 4, 5] as const;
/** The mouths of the five faces. */
const MOUTHS = [
  "M8 16.6s1.3-2.4 4-2.4 4 2.4 4 2.4",
  "M8.4 16s1.2-1.3 3.6-1.3 3.6 1.3 3.6 1.3",
  "M8.5 15.2h7",
  "M8.4 14.4s1.2 1.5 3.6 1.5 3.6-1.5 3.6-1.5",
  "M7.6 13.8s1.4 3.2 4.4 3.2 4.4-3.2 4.4-3.2z",
];

/** Five faces; with the keyboard one chooses by arrows and confirms by Enter. */
export function Rating({ chat, words }: Pick<Shown, "chat" | "words">) {
  const [chosen, choose] = useState(0);
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(5, Math.max(1, (chosen || (step > 0 ? 0 : 6)) + step));
    choose(next);
    group.current?.querySelectorAll("button")[next - 1]?.focus();
  };
  return (
    <div class="rating" data-testid="rating">
      <h2 id="rate">{words.say("rateQuestion")}</h2>
      <div role="radiogroup" aria-labelledby="rate" class="faces" ref={group} onKeyDown={move}>
        {SCORES.map((score) => (
          <button
            key={score}
            type="button"
            role="radio"
            class={`face${score}`}
            aria-checked={chosen === score}
            aria-label={words.say(`rate${score}`)}
            title={words.say(`rate${score}`)}
            tabIndex={(chosen || 3) === score ? 0 : -1}
            data-testid={`rate-${score}`}
            onFocus={() => choose(score)}
            onMouseEnter={() => choose(score)}
            onClick={() => chat.rate(score)}
          >
            <svg viewBox="0 0 24 24" width={40} height={40} aria-hidden="true">
              <circle cx="12" cy="12" r="10" />
              <path d={`M9 9.6v.4M15 9.6v.4${MOUTHS[score - 1]}`} />
            </svg>
          </button>
        ))}
      </div>
      <p class="chosen" aria-hidden="true">
        {chosen ? words.say(`rate${chosen as 1}`) : "\u00a0"}
      </p>
    </div>
  );
}

/** The visitor waits in the queue. */
export function Waiting({ words, place }: Pick<Shown, "words"> & { place: number }) {
  return (
    <div class="waiting" data-testid="waiting">
      <Icon name="clock" />
      <span>
        {place > 0 && <b>{place === 1 ? words.say("placeNext") : words.say("place", place)}</b>}
        {words.say("queued")}
      </span>
    </div>
  );
}
