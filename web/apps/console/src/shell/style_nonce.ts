/**
 * The word that lets styles which components write into the page through the page's policy.
 *
 * Ant Design passes it on to most of its styles, but not to those with which its dialogs stop the
 * page behind them from scrolling. So every style element that a script of ours makes gets it.
 */
export const styleNonce =
  document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

/** Give each new style element the nonce. */
export function signStyles(): void {
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = styleNonce;
    return element;
  }) as typeof document.createElement;
}
