import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { shortTime, type Contact, type PageView } from "@airdesk/staff";
import { useApi, usePreferences } from "../../shell/parts.tsx";
import { useSay } from "../../shell/words.tsx";

const SHOWN_FIRST = 5;
const REFRESH_MS = 15_000;

/** Where the visitor was on the customer's site, newest first. */
export function PageTrail({ contact }: { contact: Contact }) {
  const say = useSay();
  const api = useApi();
  const { language } = usePreferences();
  const [showsAll, showAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // The button goes away: the first of the pages that came has the focus instead.
    if (showsAll) list.current?.children[SHOWN_FIRST]?.querySelector("a")?.focus();
  }, [showsAll]);
  const { data } = useQuery({
    queryKey: ["contact", contact.contact_id, "pages"],
    queryFn: () =>
      api.get<{ readonly items: readonly PageView[] }>(
        `/api/v1/contacts/${contact.contact_id}/pages`,
      ),
    refetchInterval: REFRESH_MS,
  });
  const pages = data?.items ?? [];
  const shown = showsAll ? pages : pages.slice(0, SHOWN_FIRST);
  return (
    <section>
      <h3>{say("pageTrail")}</h3>
      {pages.length === 0 && <p className="none">{say("pageTrailNone")}</p>}
      <ol ref={list} className="trail">
        {shown.map(({ url, title, at_ms }) => (
          <li key={`${at_ms}${url}`}>
            <span>
              {title !== "" && <b>{title}</b>}
              <PageAddress url={url} />
            </span>
            <time>{shortTime(at_ms, Date.now(), language)}</time>
          </li>
        ))}
      </ol>
      {pages.length > shown.length && (
        <button type="button" className="link" onClick={() => showAll(true)}>
          {say("moreOf", pages.length - shown.length)}
        </button>
      )}
    </section>
  );
}

/** An address of a stranger's browser: it is a link only if it begins with http. */
function PageAddress({ url }: { url: string }) {
  const short = url.replace(/^https?:\/\//, "");
  if (!/^https?:\/\//.test(url)) return <span className="text">{url}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
      {short}
    </a>
  );
}
