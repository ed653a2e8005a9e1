import { Segmented } from "antd";
import { PageFrame } from "../shell/page_frame.tsx";
import { useParts, usePreferences } from "../shell/parts.tsx";
import { useSay } from "../shell/words.tsx";

/** The person's own choices. */
export default function ProfilePage() {
  const say = useSay();
  const { preferences } = useParts();
  const { look } = usePreferences();
  return (
    <PageFrame title={say("pageProfile")}>
      <Segmented
        aria-label={say("look")}
        value={look}
        options={(["auto", "light", "dark"] as const).map((value) => ({
          value,
          label: say(`look-${value}`),
        }))}
        onChange={(value) => preferences.wear(value)}
      />
    </PageFrame>
  );
}
