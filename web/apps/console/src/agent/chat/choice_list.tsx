import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Icon } from "../../shell/icons.tsx";
import { isComposing } from "./composer.tsx";
import { useOpenFocus } from "./open_focus.ts";

/** Something to choose. */
export interface Choice {
  readonly key: string;
  readonly name: string;
  readonly sign?: ReactNode;
  readonly hint?: string;
  readonly isChosen?: boolean;
  /** It is shown, and its hint says why it cannot be chosen. */
  readonly isDisabled?: boolean;
}

interface ChoiceListProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (choice: Choice) => void;
  /** What the box above the list asks for; without it there is no box. */
  readonly placeholder?: string;
  readonly none?: string;
}

/** A list in which the arrows move, letters narrow and Enter chooses. */
export function ChoiceList({ label, choices, onChoose, placeholder, none }: ChoiceListProps) {
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const word = text.trim().toLocaleLowerCase();
  const found = choices.filter(({ name }) => name.toLocaleLowerCase().includes(word));
  const choose = (choice: Choice) => {
    if (choice.isDisabled !== true) onChoose(choice);
  };
  const at = Math.min(place, found.length - 1);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const whole = useRef<HTMLDivElement>(null);
  useOpenFocus(whole);
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const picked = found[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      setPlace((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" && picked !== undefined) choose(picked);
    else return;
    event.preventDefault();
  };
  return (
    <div className="choice-list" ref={whole}>
      {placeholder !== undefined && (
        <input
          data-first-focus
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          role="combobox"
          aria-expanded
          aria-controls="choice-list"
          aria-activedescendant={found[at] && `choice-${found[at].key}`}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setPlace(0);
          }}
          onKeyDown={pressed}
        />
      )}
      <ul
        ref={list}
        id="choice-list"
        role="listbox"
        aria-label={label}
        data-first-focus
        tabIndex={placeholder === undefined ? 0 : -1}
        aria-activedescendant={found[at] && `choice-${found[at].key}`}
        onKeyDown={placeholder === undefined ? pressed : undefined}
      >
        {found.map((choice, number) => (
          <li
            key={choice.key}
            id={`choice-${choice.key}`}
            role="option"
            aria-selected={number === at}
            data-chosen={choice.isChosen || undefined}
            onPointerMove={() => setPlace(number)}
            aria-disabled={choice.isDisabled === true || undefined}
            onClick={() => choose(choice)}
          >
            {choice.sign}
            <span>{choice.name}</span>
            {choice.hint !== undefined && <small>{choice.hint}</small>}
            {choice.isChosen === true && <Icon name="check" />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="none">{none}</p>}
    </div>
  );
}
