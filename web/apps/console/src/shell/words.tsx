import { useMemo } from "react";
import { speaker, type Dictionary, type Speaker } from "@airdesk/staff";
import { consoleWords, type Saying } from "../words/index.ts";
import { usePreferences } from "./parts.tsx";

/** Speak a dictionary in the person's language. Pages that load later bring their own. */
export function useWords<Key extends string>(dictionary: Dictionary<Key>): Speaker<Key> {
  const { language } = usePreferences();
  return useMemo(() => speaker(dictionary, language), [dictionary, language]);
}

/** Speak the words of the shell and of the agent's work. */
export function useSay(): Speaker<Saying> {
  return useWords(consoleWords);
}
