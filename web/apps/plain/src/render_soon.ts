/** Makes a call that draws once, however often it is asked for in one go. */
export function renderSoon(render: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      render();
    });
  };
}
