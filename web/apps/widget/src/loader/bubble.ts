import { parseColour, colourText, textOn } from "../shared/colour.ts";
import type { LoaderConfig } from "./config.ts";
import { PHONE, STYLE } from "./style.ts";

const SVG = "http://www.w3.org/2000/svg";
const CHAT = "M21 11.5a8.4 8.4 0 0 1-12.3 7.4L3.5 20.5l1.6-4.7A8.4 8.4 0 1 1 21 11.5Z";
const DOWN = "M6 9.5l6 6 6-6";

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Bubble and panel on the host's page, in a shadow root. */
export class Bubble {
  readonly #host = document.createElement("airdesk-widget");
  readonly #box = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #badge = document.createElement("span");
  readonly #panel = document.createElement("div");
  readonly #phone = matchMedia(PHONE);
  readonly #dark = matchMedia("(prefers-color-scheme:dark)");
  #config: LoaderConfig;
  readonly #ended = new AbortController();
  #overflow = "";
  #covering = false;
  #open = false;

  /** @param changed - the panel is to be opened or closed, or changed between card and screen. */
  constructor(config: LoaderConfig, toggle: () => void, resized: () => void) {
    this.#config = config;
    const root = this.#host.attachShadow({ mode: "open" });
    this.#style(root);
    this.#button.className = "b";
    this.#button.type = "button";
    this.#button.append(icon(CHAT), icon(DOWN), this.#badge);
    this.#badge.className = "n";
    this.#panel.className = "p";
    this.#panel.setAttribute("role", "dialog");
    this.#box.append(this.#panel, this.#button);
    root.append(this.#box);
    const { signal } = this.#ended;
    this.#button.addEventListener("click", toggle, { signal });
    root.addEventListener(
      "keydown",
      (event) => {
        if ((event as KeyboardEvent).key === "Escape" && this.#open) toggle();
      },
      { signal },
    );
    this.#phone.addEventListener("change", resized, { signal });
    this.#dark.addEventListener("change", () => this.#draw(), { signal });
    for (const name of ["resize", "scroll"]) {
      visualViewport?.addEventListener(name, () => this.#fit(), { signal });
    }
    this.#draw();
    document.body.append(this.#host);
  }

  /** True where the panel fills the screen. */
  get phone(): boolean {
    return this.#phone.matches;
  }

  /** Put the frame into the panel. */
  hold(frame: HTMLIFrameElement): void {
    this.#panel.append(frame);
  }

  /** The frame has something to show. */
  painted(on: boolean): void {
    this.#box.classList.toggle("s", on);
  }

  /** Open or close the panel. */
  show(open: boolean): void {
    this.#open = open;
    this.#draw();
  }

  /** Put the focus where it was before the panel opened. */
  focus(): void {
    this.#button.focus({ preventScroll: true });
  }

  /** The inbox speaks another language, or looks otherwise. */
  rename(config: LoaderConfig): void {
    this.#config = config;
    this.#draw();
  }

  /** So many messages wait. */
  unread(count: number): void {
    this.#badge.textContent = count > 99 ? "99+" : count ? String(count) : "";
    this.#draw();
  }

  /** Take everything off the page. */
  remove(): void {
    this.show(false);
    this.#ended.abort();
    this.#host.remove();
  }

  #draw(): void {
    this.#colours();
    const { position, theme, title } = this.#config;
    const count = this.#badge.textContent;
    const dark = theme === "dark" || (theme === "auto" && this.#dark.matches);
    const box = this.#box.classList;
    box.toggle("l", position === "left");
    box.toggle("d", dark);
    box.toggle("o", this.#open);
    this.#panel.setAttribute("aria-modal", String(this.phone));
    this.#panel.setAttribute("aria-label", title);
    this.#button.setAttribute("aria-label", count ? `${title} (${count})` : title);
    this.#button.setAttribute("aria-expanded", String(this.#open));
    // Behind a panel that fills the screen the page must not scroll.
    const covered = this.#open && this.phone;
    if (covered !== this.#covering) {
      const page = document.documentElement.style;
      if (covered) this.#overflow = page.overflow;
      page.overflow = covered ? "hidden" : this.#overflow;
      this.#covering = covered;
    }
    this.#fit();
  }

  /** Leave room for the keyboard on a screen: a fixed box does not shrink by itself. */
  #fit(): void {
    const { style } = this.#panel;
    const view = visualViewport;
    const squeezed = this.#open && this.phone && view !== null && view.height < innerHeight - 60;
    style.setProperty("--h", squeezed ? `${view.height}px` : "");
    style.setProperty("--v", squeezed ? `${view.offsetTop}px` : "");
  }

  #style(root: ShadowRoot): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  }

  #colours(): void {
    const { style } = this.#box;
    const colour = parseColour(this.#config.colour);
    style.setProperty("--c", colourText(colour));
    style.setProperty("--t", colourText(textOn(colour)));
    style.setProperty("--x", `${this.#config.offset_x}px`);
    style.setProperty("--y", `${this.#config.offset_y}px`);
  }
}
