/** Small helpers that make elements; all text goes through textContent. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Make an element; an attribute that is undefined or false is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Set attributes; those that are undefined or false are removed. */
export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else {
      const text = value === true ? "" : String(value);
      if (target.getAttribute(name) !== text) target.setAttribute(name, text);
    }
  }
}

/** Set an element's text if it is another. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A button with a word on it. */
export function button(testid: string, text: string, click: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", "data-testid": testid }, text);
  made.addEventListener("click", click);
  return made;
}

/** One thing of a keyed list. */
export interface Keyed {
  readonly key: string;
  /** Equal as long as the element need not be made anew. */
  readonly look: string;
  make(): HTMLElement;
}

/** Keeps an element's children like a list of keyed things, and touches only what changed. */
export class KeyedChildren {
  readonly #parent: HTMLElement;
  #known = new Map<string, { readonly look: string; readonly node: HTMLElement }>();

  constructor(parent: HTMLElement) {
    this.#parent = parent;
  }

  /** Show exactly these things in this order. */
  show(things: readonly Keyed[]): void {
    const next = new Map<string, { look: string; node: HTMLElement }>();
    let place: ChildNode | null = this.#parent.firstChild;
    for (const { key, look, make } of things) {
      const known = this.#known.get(key);
      const node = known?.look === look ? known.node : make();
      next.set(key, { look, node });
      if (known && known.node !== node) {
        if (place === known.node) place = known.node.nextSibling;
        known.node.remove();
      }
      if (node === place) place = place.nextSibling;
      else this.#parent.insertBefore(node, place);
    }
    for (const [key, { node }] of this.#known) if (!next.has(key)) node.remove();
    this.#known = next;
  }
}
