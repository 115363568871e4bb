import { judge } from "../../../operations/verify/request-limits";

test.each([
  ["requests pass the web ACL with their consumers", { atTheAlb: 9, atTheWebAcl: 9, unidentified: 0 }, true, true],
  ["the web ACL sees none of the ALB's requests", { atTheAlb: 9, atTheWebAcl: 0, unidentified: 0 }, true, false],
  [
    "the web ACL does not see whose certificates they show",
    { atTheAlb: 9, atTheWebAcl: 9, unidentified: 9 },
    true,
    false,
  ],
  ["clients leave out a header", { atTheAlb: 9, atTheWebAcl: 9, unidentified: 4 }, false, true],
  ["there were no requests", { atTheAlb: 0, atTheWebAcl: 0, unidentified: 0 }, true, undefined],
])("%s", (_what, counted, bySubject, good) => {
  expect(judge(counted, bySubject).good).toBe(good);
});
