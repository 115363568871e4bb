import { isLimited } from "../../../proof/rehearse/request-limits";

const task = { group: "service:app", taskArn: "a", taskDefinitionArn: "b" };
const reached = { priority: "default", action: "forward", task, webAclRules: [] } as const;
const counted = { ...reached, webAclRules: ["limit-acme"] } as const;
const blocked = { priority: "web ACL", action: "block", status: 429, webAclRules: ["limit-acme"] } as const;

test.each([
  ["the request above is blocked", "block", [reached, blocked, reached], true],
  ["the request above is counted", "count", [reached, counted, reached], true],
  ["nothing is blocked", "block", [reached, reached, reached], false],
  ["it is only counted", "block", [reached, counted, reached], false],
  ["one below is blocked", "block", [blocked, blocked, reached], false],
  ["another consumer is blocked also", "block", [reached, blocked, blocked], false],
  ["another rule blocks", "block", [reached, { ...blocked, webAclRules: ["limit-other"] }, reached], false],
  ["no task is reached", "count", [{ ...reached, task: undefined }, counted, reached], false],
] as const)("%s", (_what, action, [within, above, other], good) => {
  expect(isLimited({ name: "acme", action }, within, above, other)).toBe(good);
});
