import { Button, Popover } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "../../shell/icons.tsx";
import { useSay } from "../../shell/words.tsx";

const COLUMNS = 8;
/** What a customer service says with a sign; any other one comes from the system's own picker. */
const EMOJI = [
  ..."😀😄😊🙂😉😍😂🤣😅🤔😮😢😭😡😴🤗".matchAll(/./gu),
  ..."👍👎👌🙏👏💪🤝👋✅❌❓❗⏳⏰📦🚚".matchAll(/./gu),
  ..."❤🎉🎁🌹☕🍵🔥⭐💡📷📞📧💰🧾🛒🏠".matchAll(/./gu),
].map(([sign]) => sign);

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: COLUMNS,
  ArrowUp: -COLUMNS,
};

interface EmojiButtonProps {
  /** Puts a sign where the letters come, and the focus back there. */
  readonly onChoose: (emoji: string) => void;
  readonly onClose: () => void;
}

/** A few signs by a click, or by the arrows and Enter. */
export function EmojiButton({ onChoose, onClose }: EmojiButtonProps) {
  const say = useSay();
  const [isOpen, open] = useState(false);
  const close = () => {
    open(false);
    onClose();
  };
  return (
    <Popover
      trigger="click"
      open={isOpen}
      onOpenChange={(next) => (next ? open(true) : close())}
      destroyOnHidden
      content={
        <EmojiGrid
          onClose={close}
          onChoose={(emoji) => {
            open(false);
            onChoose(emoji);
          }}
        />
      }
    >
      <Button
        type="text"
        aria-label={say("emoji")}
        aria-expanded={isOpen}
        data-testid="emoji"
        icon={<Icon name="smile" />}
      />
    </Popover>
  );
}

function EmojiGrid({ onChoose, onClose }: EmojiButtonProps) {
  const say = useSay();
  const grid = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  useEffect(() => {
    // The popover is put in its place first: what is not there yet takes no focus.
    const later = setTimeout(() => focusOn(grid.current, 0));
    return () => clearTimeout(later);
  }, []);
  const pressed = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (step === undefined) return;
    else {
      const next = Math.max(0, Math.min(EMOJI.length - 1, place + step));
      setPlace(next);
      focusOn(grid.current, next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={grid}
      className="emoji-grid"
      role="group"
      aria-label={say("emoji")}
      data-testid="emoji-grid"
      onKeyDown={pressed}
    >
      {EMOJI.map((emoji, number) => (
        <button
          key={emoji}
          type="button"
          tabIndex={number === place ? 0 : -1}
          onClick={() => onChoose(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

function focusOn(grid: HTMLElement | null, place: number): void {
  grid?.querySelectorAll<HTMLElement>("button")[place]?.focus();
}
