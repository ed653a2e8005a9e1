/** A piece of a text: words, or an address that may be opened. */
export type Piece =
  { readonly text: string; readonly href: null } | { readonly text: string; readonly href: string };

// Addresses end at white space, quotes, brackets and at Chinese letters and punctuation, which
// follow an address without a space.
const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"'`，。！？；：、（）【】《》“”\u4e00-\u9fff\u3040-\u30ff]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gi;
/** What ends a sentence belongs to it, not to the address. */
const TRAILING = /[.,!?;:)\]}'"]+$/;

/** Cut a text into words and addresses. Only http, https and mailto are ever opened. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    const href = addressOf(shown);
    if (href === null) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index), href: null });
    found.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) found.push({ text: text.slice(end), href: null });
  return found;
}

/** An address without the sentence's end; a bracket that it opened itself stays. */
function trimmed(address: string): string {
  const cut = address.replace(TRAILING, "");
  const rest = address.slice(cut.length);
  return rest.startsWith(")") && cut.includes("(") && !cut.includes(")") ? `${cut})` : cut;
}

function addressOf(text: string): string | null {
  const full = /^https?:/i.test(text)
    ? text
    : /^www\./i.test(text)
      ? `https://${text}`
      : `mailto:${text}`;
  try {
    const url = new URL(full);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
