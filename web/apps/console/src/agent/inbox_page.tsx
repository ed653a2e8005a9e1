import { useDeferredValue, useEffect } from "react";
import { isId } from "@airdesk/protocol";
import { pageOf } from "../pages.ts";
import { useDesk, useDeskState } from "../shell/desk.tsx";
import { useArrangement, useParts } from "../shell/parts.tsx";
import { go, useRoute } from "../shell/router.ts";
import { Chat } from "./chat/chat.tsx";
import { ContactPanel } from "./contact/contact_panel.tsx";
import { BulkBar } from "./lists/bulk_bar.tsx";
import { ConversationList } from "./lists/conversation_list.tsx";
import { FilterChips, ListHead } from "./lists/list_head.tsx";
import { ListNav } from "./lists/list_nav.tsx";
import { isListName, type ListName } from "./lists/lists.ts";
import { SearchResults } from "./lists/search_results.tsx";
import { AlertStrip, ConnectionStrip } from "./lists/strips.tsx";
import { useFollowedLists } from "./lists/use_items.ts";
import "../style/inbox.css";
import "../style/chat.css";
import "../style/contact.css";

/** Where an agent works: lists, the conversation, the contact. */
export default function InboxPage() {
  const { list, conversation } = useOpened();
  const isSearching = useArrangement(({ search }) => search !== null);
  const showsContact = useArrangement((now) => now.showsContact);
  const isKnown = useDeskState(({ conversations }) => conversations.rows.has(conversation));
  useFollowedLists();
  // The conversation is there with the key that opens it; who it is comes a moment later.
  const contactOf = useDeferredValue(conversation);
  const hasContact = showsContact && conversation !== "" && isKnown;
  return (
    <div className="inbox" data-open={conversation !== ""} data-contact={hasContact}>
      <ListNav list={list} />
      <section className="list">
        <ListHead list={list} />
        <ConnectionStrip />
        <AlertStrip />
        <FilterChips />
        <BulkBar />
        {isSearching ? (
          <SearchResults list={list} />
        ) : (
          <ConversationList key={list} list={list} chosen={conversation} />
        )}
      </section>
      <Chat conversation={conversation} list={list} />
      {hasContact && <ContactPanel key={contactOf} conversation={contactOf} list={list} />}
    </div>
  );
}

/** The list and the conversation of the address; the desk follows it. */
function useOpened(): { readonly list: ListName; readonly conversation: string } {
  const desk = useDesk();
  const { workplace } = useParts();
  const { page, rest } = useRoute();
  const list = isListName(rest[0]) ? rest[0] : "mine";
  const conversation = isId(rest[1] ?? "") ? (rest[1] ?? "") : "";
  useEffect(() => {
    // The address of another page may be heard here before this one goes.
    const isHere = pageOf(page).name === "c";
    if (isHere && (page !== "c" || !isListName(rest[0]))) go("/c/mine", "replace");
  }, [page, rest]);
  useEffect(() => workplace.set({ selected: [] }), [list, workplace]);
  useEffect(() => {
    desk.choose(conversation);
    // On a small screen the contact lies over the conversation: a new one begins without it.
    const isNarrow = matchMedia("(width < 1180px)").matches;
    if (isNarrow && workplace.now.showsContact) workplace.set({ showsContact: false });
  }, [desk, conversation, workplace]);
  useEffect(
    () => () => {
      desk.choose("");
      workplace.set({ search: null, selected: [] });
    },
    [desk, workplace],
  );
  return { list, conversation };
}
