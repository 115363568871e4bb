import { compare, renderComparison } from "../../../proof/accept/compare";

const check = (item: string, status: "pass" | "fail" | "not applicable", saw = "x") => ({ item, status, saw });

const real = [{ title: "Items", checks: [check("a", "pass"), check("b", "fail", "down\nmore"), check("new", "pass")] }];
const rehearsed = [
  { title: "Items", checks: [check("a", "pass"), check("b", "pass", "up"), check("old", "pass")] },
  { title: "Scenes", checks: [check("only in a rehearsal", "pass")] },
];

test("a real account and a rehearsal are compared where both looked at the same", () => {
  expect(compare(real, rehearsed)).toEqual({
    common: 2,
    agreeing: 1,
    different: ["Items › b: fail (down); rehearsed: pass (up)"],
    onlyReal: ["Items › new"],
    onlyRehearsed: ["Items › old"],
  });
});

test("the comparison is told line by line", () => {
  const said = renderComparison(compare(real, rehearsed));
  expect(said).toContain("agree on 1 of 2 checks");
  expect(said).toContain("Different:\n  Items › b");
  expect(renderComparison(compare(real, real))).toBe("Real AWS and the rehearsal agree on 3 of 3 checks");
});
