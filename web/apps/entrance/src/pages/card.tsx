import type { ComponentChildren } from "preact";
import "@airdesk/staff/tokens.css";
import "../style/parts.css";
import "../style/entrance.css";
import { Icon, Mark, type IconName } from "../parts/icons.tsx";
import { useTitle } from "../parts/page.tsx";
import { PreferenceBar } from "../parts/preference_bar.tsx";

/** A page with one card. */
export function EntrancePage(props: {
  title: string;
  broad?: boolean;
  children?: ComponentChildren;
}) {
  useTitle(`${props.title} · AirDesk`);
  return (
    <div class="entrance">
      <header>
        <span class="brand">
          <Mark /> AirDesk
        </span>
        <PreferenceBar />
      </header>
      <main>
        <section class={props.broad ? "card broad" : "card"}>{props.children}</section>
      </main>
    </div>
  );
}

/** What stands above a card's form. */
export function CardHead(props: {
  head: string;
  sign?: IconName;
  kind?: "good" | "warn" | "";
  children?: ComponentChildren;
}) {
  const { head, sign, kind = "", children } = props;
  return (
    <div class="card-head">
      {sign && (
        <span class={`big-sign ${kind}`}>
          <Icon name={sign} />
        </span>
      )}
      <h1>{head}</h1>
      {children && <p>{children}</p>}
    </div>
  );
}

/** Something is under way. */
export function Waiting({ text }: { text: string }) {
  return (
    <div class="waiting" role="status">
      <span class="spinner" />
      {text}
    </div>
  );
}
