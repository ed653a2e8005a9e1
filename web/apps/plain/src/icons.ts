/** The small drawings beside own messages. */

import type { MessageState } from "./thread_items.ts";

const PATHS: Readonly<Record<Exclude<MessageState, "">, readonly string[]>> = {
  pending: ["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11", "M8 5v3.2l2.2 1.3"],
  sent: ["M3 8.5l3.2 3.2L13 5"],
  delivered: ["M1 8.5l3.2 3.2L11 5", "M8 11.2l.6.5L15.4 5"],
  read: ["M1 8.5l3.2 3.2L11 5", "M8 11.2l.6.5L15.4 5"],
};
const SVG = "http://www.w3.org/2000/svg";

/** The drawing of a state. */
export function stateIcon(state: Exclude<MessageState, "">, label: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("class", "state-icon");
  for (const d of PATHS[state]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
