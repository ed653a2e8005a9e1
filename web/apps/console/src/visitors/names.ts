import type { Id } from "@airdesk/protocol";
import { speaker, type Language } from "@airdesk/staff";
import { visitorWords } from "./words.ts";

const ID_LETTERS = 4;

/** What a visitor is called who may have told no name. */
export function visitorName(name: string, visitor: Id, language: Language): string {
  if (name !== "") return name;
  return speaker(visitorWords, language)("visitor", visitor.slice(-ID_LETTERS).toUpperCase());
}

/** An address as one reads it: without what all addresses of a site share. */
export function placeOf(url: string): string {
  try {
    const { host, pathname, search } = new URL(url);
    return pathname === "/" && search === "" ? host : decoded(pathname + search);
  } catch {
    return url;
  }
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path; // Half of an escape: shown as it came.
  }
}
