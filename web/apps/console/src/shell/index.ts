/** What every page of the console stands on. */

export { useApi, useParts, usePreferences, type ConsoleParts } from "./parts.tsx";
export { useSay, useWords } from "./words.tsx";
export { usePermission, useSession } from "./session.tsx";
export { go, routeOf, useRoute, type Route } from "./router.ts";
export { Icon, Mark, type IconName } from "./icons.tsx";
export { PageFrame } from "./page_frame.tsx";
export { Face } from "./face.tsx";
export { Failed, Nothing } from "./states.tsx";
export { useDesk, useDeskState } from "./desk.tsx";
