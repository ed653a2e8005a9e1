/** Copy a text, or select the text where the browser lets no page copy (as without https). */
export async function copied(text: string, box: HTMLElement | null): Promise<"copied" | "byHand"> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    if (box !== null) getSelection()?.selectAllChildren(box);
    return "byHand";
  }
}
