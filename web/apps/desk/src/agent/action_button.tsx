import { useEffect, useState } from "preact/hooks";
import { Button, type ButtonProps } from "../parts/controls.tsx";

/** For so long a button that came to stand where another one stood takes no press. */
const FRESH_MS = 500;

/**
 * A button that acts once for a quick series of clicks, and not for those that were meant for the
 * button before it: Resolve gives its place to Reopen, and twenty clicks must not undo the first.
 */
export function ActionButton(props: ButtonProps & { isFresh: boolean; onClick: () => void }) {
  const { isFresh, onClick, ...rest } = props;
  const [waits, setWaits] = useState(isFresh);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setWaits(false), FRESH_MS);
    return () => clearTimeout(timer);
  }, [waits]);
  const press = ({ detail }: MouseEvent) => {
    if (detail <= 1) onClick();
  };
  return <Button {...rest} disabled={waits} onClick={press} />;
}
