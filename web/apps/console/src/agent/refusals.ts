import { useSay } from "../shell/words.tsx";
import type { Saying } from "../words/index.ts";

/** By their numbers in docs/reference/errors.md. */
const REFUSALS: Readonly<Record<number, Saying>> = {
  4201: "refusedGone",
  4202: "refusedPermission",
  4203: "refusedStatus",
  4204: "refusedAgent",
  4205: "refusedText",
  4206: "refusedGone",
  4209: "refusedBlocked",
};

/** Why the server refused something, in words. */
export function useRefusal(): (number: number, detail: string) => string {
  const say = useSay();
  return (number, detail) => {
    const saying = REFUSALS[number];
    return saying === undefined ? detail : say(saying);
  };
}
