import type { ComponentChildren } from "preact";
import { Button } from "../parts/controls.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormFault, useForm, type Form } from "../parts/form.tsx";
import { useApi } from "../parts/page.tsx";
import { NotYet, useSettingsWords, type Loaded } from "./context.tsx";
import { Confirm, DialogButtons, Row, Section, useOpen } from "./section.tsx";

/** A list of like things that are added, changed and removed. */
export interface CollectionKind<Item, Values extends object> {
  readonly path: string;
  readonly title: string;
  readonly intro: string;
  readonly none: string;
  readonly addWord: string;
  readonly mayWrite: boolean;
  readonly list: Loaded<readonly Item[]>;
  readonly wide?: boolean;
  id(item: Item): string;
  name(item: Item): string;
  detail(item: Item): ComponentChildren;
  sign?(item: Item): ComponentChildren;
  values(item: Item | null): Values;
  /** What is sent to the server. */
  body(values: Values): object;
  fields(form: Form<Values>): ComponentChildren;
}

/** Show such a list. */
export function Collection<Item, Values extends object>(props: {
  kind: CollectionKind<Item, Values>;
  children?: ComponentChildren;
}) {
  const { kind } = props;
  const api = useApi();
  const say = useSettingsWords();
  const [edited, edit, closeEdit] = useOpen<{ item: Item | null }>();
  const [removed, remove, closeRemove] = useOpen<Item>();
  const { list, mayWrite } = kind;
  const add = mayWrite && (
    <Button kind="primary" icon="add" testid="add" onClick={() => edit({ item: null })}>
      {kind.addWord}
    </Button>
  );
  return (
    <Section title={kind.title} intro={kind.intro} action={add}>
      {list.value === null && <NotYet loaded={list} />}
      {list.value?.length === 0 && <p class="none boxed">{kind.none}</p>}
      {list.value !== null && list.value.length > 0 && (
        <ul class="rows">
          {list.value.map((item) => (
            <Row
              key={kind.id(item)}
              sign={kind.sign?.(item)}
              title={kind.name(item)}
              detail={kind.detail(item)}
            >
              {mayWrite && <Button onClick={() => edit({ item })}>{say("edit")}</Button>}
              {mayWrite && (
                <Button
                  kind="danger"
                  icon="trash"
                  label={say("remove")}
                  onClick={() => remove(item)}
                />
              )}
            </Row>
          ))}
        </ul>
      )}
      {props.children}
      {edited && (
        <ItemDialog kind={kind} item={edited.item} onClose={closeEdit} onSaved={list.reload} />
      )}
      {removed && (
        <Confirm
          title={say("removeAsk", kind.name(removed))}
          action={say("remove")}
          onClose={closeRemove}
          act={() => api.delete(`${kind.path}/${kind.id(removed)}`).then(list.reload)}
        />
      )}
    </Section>
  );
}

function ItemDialog<Item, Values extends object>(props: {
  kind: CollectionKind<Item, Values>;
  item: Item | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { kind, item, onClose, onSaved } = props;
  const api = useApi();
  const say = useSettingsWords();
  const form = useForm(kind.values(item), async (values, key) => {
    const body = kind.body(values);
    if (item === null) await api.post(kind.path, body, key);
    else await api.patch(`${kind.path}/${kind.id(item)}`, body);
    onSaved();
    onClose();
  });
  return (
    <Dialog
      title={item === null ? kind.addWord : kind.name(item)}
      closeLabel={say("close")}
      onClose={onClose}
      guarded={form.touched}
      wide={kind.wide ?? false}
    >
      <form onSubmit={form.submit} noValidate>
        {kind.fields(form)}
        <FormFault text={form.fault} />
        <DialogButtons busy={form.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
