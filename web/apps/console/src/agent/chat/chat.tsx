import { FIRST_PARTICIPANT, VISITOR_AUTHOR, type Id } from "@airdesk/protocol";
import type { ReactNode } from "react";
import { useDeskState } from "../../shell/desk.tsx";
import { Icon } from "../../shell/icons.tsx";
import { Loading, Nothing } from "../../shell/states.tsx";
import { useSay } from "../../shell/words.tsx";
import type { ListName } from "../lists/lists.ts";
import { ChatHead } from "./chat_head.tsx";
import { Composer, useMaySpeak } from "./composer.tsx";
import { useFileDrop } from "./file_drop.ts";
import { MessageList } from "./message_list.tsx";

/** The open conversation. */
export function Chat({ conversation, list }: { conversation: Id; list: ListName }) {
  const say = useSay();
  const isKnown = useDeskState(({ conversations }) => conversations.rows.has(conversation));
  const isClosed = useDeskState(({ refused }) => refused === conversation);
  if (conversation === "") {
    return (
      <main className="chat empty">
        <Nothing icon="inbox" title={say("nothingChosen")}>
          <p>{say("nothingChosenHint")}</p>
          <p className="keys-hint">
            <kbd>J</kbd> <kbd>K</kbd> {say("hintMove")} <kbd>?</kbd> {say("hintHelp")}
          </p>
        </Nothing>
      </main>
    );
  }
  if (isClosed) {
    return (
      <main className="chat empty">
        <Nothing icon="lock" title={say("chatGone")} />
      </main>
    );
  }
  return (
    <DropZone conversation={conversation}>
      <ChatHead conversation={conversation} list={list} />
      {isKnown ? (
        <MessageList key={conversation} conversation={conversation} />
      ) : (
        <div className="messages">
          <Loading />
        </div>
      )}
      <Viewers conversation={conversation} />
      {isKnown && <Composer conversation={conversation} />}
    </DropZone>
  );
}

/** Takes files anywhere on the conversation while a reply is written. */
function DropZone(props: { readonly conversation: Id; readonly children: ReactNode }) {
  const { conversation, children } = props;
  const writesNote = useDeskState((desk) => desk.writesNote);
  const maySpeak = useMaySpeak(conversation);
  const drop = useFileDrop(conversation, maySpeak && !writesNote);
  return (
    <main
      className="chat"
      data-testid="chat"
      data-id={conversation}
      data-drop={drop.isOver || undefined}
      {...drop.handlers}
    >
      {children}
    </main>
  );
}

/** Who else looks at the conversation now, or writes in it. */
function Viewers({ conversation }: { conversation: Id }) {
  const say = useSay();
  const names = useDeskState((desk) => {
    const others = desk.conversations.viewers.get(conversation) ?? [];
    return others
      .filter((id) => id !== desk.you)
      .map((id) => desk.people.agentName(id) || say("somebody"))
      .join(say("listSeparator"));
  });
  const colleague = useDeskState((desk) => {
    const author = desk.conversations.typing.get(conversation) ?? VISITOR_AUTHOR;
    if (author < FIRST_PARTICIPANT) return "";
    const row = desk.conversations.rows.get(conversation);
    return desk.people.agentName(row?.participants[author - FIRST_PARTICIPANT] ?? "");
  });
  if (names === "" && colleague === "") return null;
  return (
    <p className="viewers" data-testid="viewers" role="status">
      <Icon name={colleague === "" ? "eye" : "note"} />
      {colleague === "" ? say("alsoHere", names) : say("colleagueWrites", colleague)}
    </p>
  );
}
