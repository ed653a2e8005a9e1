import { useDeskState } from "../shell/desk.tsx";
import { useSay } from "../shell/words.tsx";

/** Where an agent works: lists, the conversation, the contact. */
export default function InboxPage() {
  const say = useSay();
  const mine = useDeskState((desk) => desk.conversations.mine);
  return (
    <main>
      <h1>{say("pageInbox")}</h1>
      <ul>
        {mine.map((id) => (
          <li key={id}>{id}</li>
        ))}
      </ul>
    </main>
  );
}
