import { Button, type ButtonProps } from "antd";
import { useEffect, useState, type MouseEvent } from "react";

/** For so long a button that came to stand where another one stood takes no press. */
const FRESH_MS = 500;

/**
 * A button that acts once for a quick series of clicks, and not for those that were meant for the
 * button before it: Resolve gives its place to Reopen, and twenty clicks must not undo the first.
 */
export function ActionButton({ onClick, ...rest }: ButtonProps & { readonly onClick: () => void }) {
  const [waits, setWaits] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setWaits(false), FRESH_MS);
    return () => clearTimeout(timer);
  }, []);
  const press = ({ detail }: MouseEvent) => {
    if (!waits && detail <= 1) onClick();
  };
  return <Button {...rest} aria-disabled={waits || undefined} onClick={press} />;
}
