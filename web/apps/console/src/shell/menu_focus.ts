/**
 * What a menu does when it opens and closes: with it goes the focus, which its button takes back,
 * unless the chosen item has put it somewhere else.
 *
 * @param testid - of the menu's button.
 */
export function menuFocus(testid: string): (isOpen: boolean) => void {
  return (isOpen) => {
    if (isOpen) return;
    setTimeout(() => {
      const here = document.activeElement;
      const isLost = here === null || here === document.body || here.closest(".ant-dropdown");
      if (isLost) document.querySelector<HTMLElement>(`[data-testid=${testid}]`)?.focus();
    });
  };
}
