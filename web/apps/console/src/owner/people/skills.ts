import type { Inbox, Member } from "@airdesk/staff";

/** A skill, who has it, and who asks for it. */
export interface Skill {
  readonly skill: string;
  readonly members: readonly Member[];
  readonly inboxes: readonly Inbox[];
}

/** All skills that somebody has or an inbox asks for, in the order of letters. */
export function skillsOf(members: readonly Member[], inboxes: readonly Inbox[]): readonly Skill[] {
  const open = members.filter(({ is_active }) => is_active);
  const names = new Set([...open, ...inboxes].flatMap(({ skills }) => skills));
  return [...names].sort().map((skill) => ({
    skill,
    members: open.filter(({ skills }) => skills.includes(skill)),
    inboxes: inboxes.filter(({ skills }) => skills.includes(skill)),
  }));
}
