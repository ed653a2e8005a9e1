/** Lists of like things that are added, changed and removed. */

import { Button } from "antd";
import { Fragment, useState, type ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import {
  useFocusBack,
  FormWindow,
  Read,
  formWords,
  useConfirm,
  useForm,
  useReload,
  type Form,
} from "../forms/index.ts";
import { Icon, Nothing, useApi, useWords, type IconName } from "../shell/index.ts";
import { SettingsFrame } from "./settings_frame.tsx";

/** What is said of a list of like things. */
export interface ListKind<Item> {
  readonly title: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly none: string;
  readonly noneHint?: string;
  readonly addWord: string;
  readonly list: UseQueryResult<readonly Item[]>;
  id(item: Item): string;
}

/** Show a list, or that it has nothing yet, and a button for one more. */
export function ItemList<Item>(props: {
  readonly kind: ListKind<Item>;
  /** The `li` of an item. */
  readonly line: (item: Item) => ReactNode;
  /** The window in which one more is made. */
  readonly adding: (onClose: () => void) => ReactNode;
  /** Buttons before the one that adds. */
  readonly also?: ReactNode;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
}) {
  const { kind, line, adding, also, above, below } = props;
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button
      type="primary"
      icon={<Icon name="add" />}
      data-testid="add"
      onClick={() => setAdding(true)}
    >
      {kind.addWord}
    </Button>
  );
  const actions = (
    <>
      {also}
      {add}
    </>
  );
  return (
    <SettingsFrame title={kind.title} hint={kind.hint} actions={actions}>
      {above}
      <Read of={kind.list}>
        {(items) =>
          items.length === 0 ? (
            <div className="empty">
              <Nothing icon={kind.icon} title={kind.none}>
                {kind.noneHint}
              </Nothing>
            </div>
          ) : (
            <ul className="rows" data-testid="items">
              {items.map((item) => (
                <Fragment key={kind.id(item)}>{line(item)}</Fragment>
              ))}
            </ul>
          )
        }
      </Read>
      {below}
      {isAdding && adding(() => setAdding(false))}
    </SettingsFrame>
  );
}

/** What kind of things a list has that are changed in a window and removed. */
export interface CollectionKind<Item, Values extends object> extends ListKind<Item> {
  readonly path: string;
  readonly isWide?: boolean;
  /** Said before one is removed. */
  readonly removeHint?: string;
  name(item: Item): string;
  /** How the item is shown. */
  row(item: Item): ReactNode;
  values(item: Item | null): Values;
  /** What is sent to the server. */
  body(values: Values): object;
  fields(form: Form<Values>): ReactNode;
}

/** Show such a list. */
export function Collection<Item, Values extends object>(props: {
  readonly kind: CollectionKind<Item, Values>;
  /** Buttons before the one that adds. */
  readonly also?: ReactNode;
  readonly above?: ReactNode;
  readonly below?: ReactNode;
}) {
  const { kind, also, above, below } = props;
  const [edited, setEdited] = useState<Item | null>(null);
  return (
    <ItemList
      kind={kind}
      line={(item) => <ItemRow kind={kind} item={item} onEdit={() => setEdited(item)} />}
      adding={(onClose) => <ItemWindow kind={kind} item={null} onClose={onClose} />}
      also={also}
      above={above}
      below={
        <>
          {below}
          {edited !== null && (
            <ItemWindow kind={kind} item={edited} onClose={() => setEdited(null)} />
          )}
        </>
      }
    />
  );
}

function ItemRow<Item, Values extends object>(props: {
  readonly kind: CollectionKind<Item, Values>;
  readonly item: Item;
  readonly onEdit: () => void;
}) {
  const { kind, item, onEdit } = props;
  const api = useApi();
  const say = useWords(formWords);
  const confirm = useConfirm();
  const reload = useReload();
  const name = kind.name(item);
  const remove = () =>
    confirm({
      title: say("removeAsk", name),
      ...(kind.removeHint !== undefined && { hint: kind.removeHint }),
      action: say("remove"),
      act: () => api.delete(`${kind.path}/${kind.id(item)}`).then(() => reload(kind.path)),
    });
  return (
    <li className="row" data-testid="item">
      {kind.row(item)}
      <span className="row-buttons">
        <Button size="small" onClick={onEdit} aria-label={`${say("edit")}: ${name}`}>
          {say("edit")}
        </Button>
        <Button
          size="small"
          type="text"
          danger
          icon={<Icon name="trash" />}
          onClick={remove}
          aria-label={`${say("remove")}: ${name}`}
        />
      </span>
    </li>
  );
}

function ItemWindow<Item, Values extends object>(props: {
  readonly kind: CollectionKind<Item, Values>;
  readonly item: Item | null;
  readonly onClose: () => void;
}) {
  const { kind, item, onClose } = props;
  useFocusBack();
  const api = useApi();
  const reload = useReload();
  const form = useForm(kind.values(item), async (values, key) => {
    const body = kind.body(values);
    if (item === null) await api.post(kind.path, body, key);
    else await api.patch(`${kind.path}/${kind.id(item)}`, body);
    await reload(kind.path);
    onClose();
  });
  return (
    <FormWindow
      title={item === null ? kind.addWord : kind.name(item)}
      form={form}
      onClose={onClose}
      isWide={kind.isWide === true}
    >
      {kind.fields(form)}
    </FormWindow>
  );
}
