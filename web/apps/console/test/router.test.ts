import { describe, expect, it } from "vitest";
import { formerPlace, routeOf } from "../src/shell/router.ts";

describe("an address of the console", () => {
  it("says the page and what is open on it", () => {
    const { page, rest, query } = routeOf("/console/c/mine/0192f0c1", "?label=a");
    expect([page, rest, query.get("label")]).toEqual(["c", ["mine", "0192f0c1"], "a"]);
  });

  it("says nothing where there is nothing, or where it cannot be read", () => {
    expect(routeOf("/console", "").page).toBe("");
    expect(routeOf("/console/c/%zz", "").rest).toEqual(["%zz"]);
  });

  it("of the former settings page names the same part here", () => {
    const former = (hash: string) => formerPlace("/console/settings", hash);
    expect(former("#members")).toBe("/settings/members");
    expect(former("#inboxes/0192f0c1-a2b3")).toBe("/settings/inboxes/0192f0c1-a2b3");
    expect(former("#sessions")).toBe("/profile");
    for (const hash of ["", "#//evil.example", "#../evil"]) expect(former(hash)).toBeNull();
    expect(formerPlace("/console/c/mine", "#members")).toBeNull();
  });
});
