/** Who looks at the page. */
export type Role = "visitor" | "agent";

/** The page's title; a number in front says how many messages were not read yet. */
export function pageTitle(role: Role, unread: number): string {
  const name = role === "visitor" ? "Visitor · AirDesk" : "Agent · AirDesk";
  return unread > 0 ? `(${unread}) ${name}` : name;
}
