import { useState, type FocusEvent, type PointerEvent } from "react";

/** Whether somebody points at a line of a list, with the mouse or by the keyboard. */
export interface Hold {
  readonly isHeld: boolean;
  /** Let go, though somebody still points. */
  readonly release: () => void;
  /** For the element that holds the lines. */
  readonly handlers: {
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/** Tell whether the lines of a list may move: not under the pointer, nor under the focus. */
export function useHold(): Hold {
  const [pointed, point] = useState(false);
  const [focused, focus] = useState<Element | null>(null);
  const onPointer = ({ pointerType }: PointerEvent) => {
    if (pointerType === "mouse" && !pointed) point(true);
  };
  return {
    // A line that is scrolled far away goes without telling that it had the focus.
    isHeld: pointed || focused?.isConnected === true,
    release: () => {
      point(false);
      focus(null);
    },
    handlers: {
      onPointerEnter: onPointer,
      onPointerMove: onPointer,
      onPointerLeave: () => point(false),
      // A line that was clicked has the focus too; nobody looks there by the keyboard.
      onFocus: ({ target }) => focus(target.matches(":focus-visible") ? target : null),
      // What tells how many came is beside the lines: on the way to it they stay.
      onBlur: ({ relatedTarget }) => {
        if (!(relatedTarget instanceof Element && relatedTarget.matches(".fresh"))) focus(null);
      },
    },
  };
}
