import { Suspense, lazy, type ComponentType, type LazyExoticComponent } from "react";
import { useRoute } from "../shell/index.ts";
import { Loading } from "../shell/states.tsx";
import { useGroups } from "./settings_frame.tsx";
import type { SettingsSaying } from "./words/settings.ts";
import "./settings.css";

const SECTIONS: Partial<Record<SettingsSaying, LazyExoticComponent<ComponentType>>> = {
  inboxes: lazy(() => import("./inboxes/inbox_section.tsx")),
  members: lazy(() => import("./people/member_section.tsx")),
  teams: lazy(() => import("./people/team_section.tsx")),
  skills: lazy(() => import("./people/skill_section.tsx")),
  blocked: lazy(() => import("./people/blocked_section.tsx")),
  faq: lazy(() => import("./answers/faq_section.tsx")),
  canned: lazy(() => import("./answers/canned_section.tsx")),
  labels: lazy(() => import("./answers/label_section.tsx")),
  account: lazy(() => import("./account/account_section.tsx")),
  tokens: lazy(() => import("./account/token_section.tsx")),
  audit: lazy(() => import("./account/audit_section.tsx")),
};

/** The settings of the account; who may not change something does not see its part. */
export default function SettingsPage() {
  const { rest } = useRoute();
  const places = useGroups().flatMap(([, found]) => found);
  const place = places.find(({ name }) => name === rest[0]) ?? places[0];
  const Section = place && SECTIONS[place.name];
  return Section === undefined ? null : (
    <Suspense key={place?.name} fallback={<Loading />}>
      <Section />
    </Suspense>
  );
}
