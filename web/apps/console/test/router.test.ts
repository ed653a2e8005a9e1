import { describe, expect, it } from "vitest";
import { routeOf } from "../src/shell/router.ts";

describe("an address of the console", () => {
  it("says the page and what is open on it", () => {
    const { page, rest, query } = routeOf("/console/c/mine/0192f0c1", "?label=a");
    expect([page, rest, query.get("label")]).toEqual(["c", ["mine", "0192f0c1"], "a"]);
  });

  it("says nothing where there is nothing, or where it cannot be read", () => {
    expect(routeOf("/console", "").page).toBe("");
    expect(routeOf("/console/c/%zz", "").rest).toEqual(["%zz"]);
  });
});
