import { useFocusBack, FormWindow, TextField, useForm, useReload } from "../forms/index.ts";
import { go, routeOf, useApi, usePreferences, useWords } from "../shell/index.ts";
import { useBeThere } from "../supervisor/be_there.ts";
import { visitorName } from "./names.ts";
import { VISITORS, type OnlineVisitor } from "./online.ts";
import { visitorWords } from "./words.ts";

/** Speak first to a visitor; the conversation is one's own. */
export function InviteWindow(props: {
  readonly visitor: OnlineVisitor;
  readonly onClose: () => void;
}) {
  const { visitor, onClose } = props;
  useFocusBack();
  const { inbox_id, visitor_id, contact } = visitor;
  const api = useApi();
  const say = useWords(visitorWords);
  const reload = useReload();
  const beThere = useBeThere();
  const { language } = usePreferences();
  const form = useForm({ text: say("inviteUsual") }, async ({ text }, key) => {
    await beThere();
    const path = `${VISITORS}/${inbox_id}/${visitor_id}/invite`;
    const done = await api.post<{ readonly conversation_id: string | null }>(path, { text }, key);
    void reload(VISITORS);
    onClose();
    // Who has gone elsewhere meanwhile is not called back.
    if (routeOf(location.pathname, "").page === "visitors")
      go(`/c/mine/${done.conversation_id ?? ""}`);
  });
  return (
    <FormWindow
      title={say("inviteTitle", visitorName(contact?.name ?? "", visitor_id, language))}
      form={form}
      action={say("send")}
      onClose={onClose}
    >
      <TextField
        {...form.field("text")}
        label={say("inviteText")}
        hint={say("inviteHint")}
        lines={3}
      />
    </FormWindow>
  );
}
