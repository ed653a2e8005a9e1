import { Modal } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useDesk } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { useFocusBack } from "../../forms/focus_back.ts";
import { useParts } from "../../shell/parts.tsx";
import { go } from "../../shell/router.ts";
import { useSay } from "../../shell/words.tsx";
import { isComposing } from "../chat/composer.tsx";
import { useOpenFocus } from "../chat/open_focus.ts";
import { actions, useActionContext, type Action } from "./actions.ts";
import { keysInWords } from "./keys.ts";

const CONVERSATIONS_MAX = 6;

interface Command {
  readonly key: string;
  readonly name: string;
  readonly hint: string;
  readonly run: () => void;
}

/** All that can be done, found by its words. */
export default function CommandBar() {
  const say = useSay();
  const { workplace } = useParts();
  useFocusBack();
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  useOpenFocus(whole);
  const found = useCommands(text);
  const at = Math.min(place, found.length - 1);
  const close = () => workplace.set({ overlay: null });
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const run = (command: Command) => {
    // The command may open something itself.
    close();
    command.run();
  };
  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const picked = found[at];
    if (event.key === "ArrowDown") setPlace((at + 1) % Math.max(1, found.length));
    else if (event.key === "ArrowUp") setPlace((at - 1 + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter" && picked !== undefined) run(picked);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      open
      className="command-modal"
      width={580}
      footer={null}
      closable={false}
      transitionName=""
      maskTransitionName=""
      style={{ top: "12vh" }}
      title={<span className="visually-hidden">{say("actionCommands")}</span>}
      onCancel={close}
    >
      <div className="command-bar" data-testid="commands" ref={whole}>
        <div className="command-box">
          <Icon name="search" />
          <input
            data-first-focus
            role="combobox"
            aria-expanded
            aria-controls="command-list"
            aria-activedescendant={found[at] && `command-${found[at].key}`}
            aria-label={say("commandHint")}
            placeholder={say("commandHint")}
            value={text}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
              setPlace(0);
            }}
            onKeyDown={pressed}
          />
        </div>
        <ul ref={list} id="command-list" role="listbox" aria-label={say("actionCommands")}>
          {found.map((command, number) => (
            <li
              key={command.key}
              id={`command-${command.key}`}
              role="option"
              aria-selected={number === at}
              onPointerMove={() => setPlace(number)}
              onClick={() => run(command)}
            >
              <span>{command.name}</span>
              {command.hint !== "" && <kbd>{command.hint}</kbd>}
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className="none">{say("nothingFits")}</p>}
      </div>
    </Modal>
  );
}

function useCommands(text: string): readonly Command[] {
  const say = useSay();
  const desk = useDesk();
  const context = useActionContext();
  const word = text.trim().toLocaleLowerCase();
  const fits = (name: string) => name.toLocaleLowerCase().includes(word);
  const doing = Object.entries<Action>(actions)
    .filter(([name, action]) => name !== "commands" && action.isPossible(context))
    .map(([name, action]) => ({
      key: name,
      name: say(action.saying),
      hint: keysInWords(action.keys[0] ?? ""),
      // The overlay of the bar itself has to be gone first.
      run: () => queueMicrotask(() => action.run(context)),
    }));
  const talking = (word === "" ? [] : [...desk.conversations.mine, ...desk.conversations.queue])
    .map((id) => {
      const visitor = desk.conversations.rows.get(id)?.visitor ?? "";
      return {
        key: id,
        name: desk.people.visitorName(visitor),
        hint: "",
        run: () => go(`/c/mine/${id}`),
      };
    })
    .filter(({ name }) => name !== "" && fits(name))
    .slice(0, CONVERSATIONS_MAX);
  return [...talking, ...doing.filter(({ name }) => fits(name))];
}
