import { Modal } from "antd";
import { useFocusBack } from "../../forms/focus_back.ts";
import { useParts } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";
import { GROUPS, actions, type Action } from "./actions.ts";
import { keysInWords } from "./keys.ts";

/** Every key and what it does. */
export default function HelpOverlay() {
  const say = useSay();
  const { workplace } = useParts();
  useFocusBack();
  const all = Object.entries<Action>(actions);
  return (
    <Modal
      open
      width={760}
      footer={null}
      transitionName=""
      maskTransitionName=""
      title={say("helpTitle")}
      onCancel={() => workplace.set({ overlay: null })}
    >
      <div className="help" data-testid="help">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{say(`group-${group}`)}</h3>
            <dl>
              {all
                .filter(([, action]) => action.group === group && action.keys.length > 0)
                .map(([name, action]) => (
                  <div key={name}>
                    <dt>{say(action.saying)}</dt>
                    <dd>
                      {action.keys.map((keys) => (
                        <kbd key={keys}>{keysInWords(keys)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{say("group-box")}</h3>
          <dl>
            {(
              [
                ["enter", "boxSend"],
                ["shift+enter", "boxLine"],
                ["/", "boxCanned"],
                ["@", "boxMention"],
                ["esc", "boxLeave"],
              ] as const
            ).map(([keys, saying]) => (
              <div key={keys}>
                <dt>{say(saying)}</dt>
                <dd>
                  <kbd>{keysInWords(keys)}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <p className="dialog-hint">{say("helpHint")}</p>
    </Modal>
  );
}
