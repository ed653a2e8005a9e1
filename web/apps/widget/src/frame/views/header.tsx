import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import type { Shown } from "./shown.ts";

/** Whom the visitor talks to, and how it stands. */
export function Header({ chat, host, words, phone, tall }: Shown & { tall: boolean }) {
  const { status, row } = chat.conversations;
  const agent = status === "assigned" && row ? chat.nameOf(row.assignee) || words.say("agent") : "";
  const title = agent || words.say("title");
  return (
    <header class={tall ? "head tall" : "head"}>
      <div class="face">
        {chat.inbox.logo_url ? (
          <img class="logo" src={chat.inbox.logo_url} alt="" width={40} height={40} />
        ) : agent ? (
          <Avatar name={agent} />
        ) : status === "bot" || chat.phase === "refused" ? (
          <Avatar name="" bot />
        ) : (
          (chat.team.length ? chat.team : [title]).map((name) => <Avatar key={name} name={name} />)
        )}
      </div>
      <div class="titles">
        <h1 tabIndex={-1}>{title}</h1>
        <p class="status" role="status" data-testid="status" data-status={status ?? undefined}>
          <Status chat={chat} words={words} />
        </p>
      </div>
      {host.embedded && (
        <button
          type="button"
          class="round close"
          data-testid="close"
          aria-label={words.say("close")}
          onClick={() => host.say({ say: "close" })}
        >
          <Icon name={phone ? "close" : "down"} />
        </button>
      )}
    </header>
  );
}

function Status({ chat, words }: Pick<Shown, "chat" | "words">) {
  if (chat.phase === "refused") return null;
  const { status, row } = chat.conversations;
  if (status === "queued" && chat.presence.online > 0) {
    if (!row?.place) return <>{words.say("queued")}</>;
    return <>{row.place === 1 ? words.say("placeNext") : words.say("place", row.place)}</>;
  }
  if (status === "bot") return <>{words.say("bot")}</>;
  if (status === "resolved") return <>{words.say("resolved")}</>;
  const { online } = chat.presence;
  if (online && status === null) {
    return (
      <>
        <i class="dot on" />
        {words.say("subtitle")}
      </>
    );
  }
  return (
    <>
      <i class={online || status === "assigned" ? "dot on" : "dot"} />
      {words.say(online || status === "assigned" ? "online" : "away")}
    </>
  );
}
