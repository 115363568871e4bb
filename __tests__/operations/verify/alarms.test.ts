import { needsAttention } from "../../../operations/verify/alarms";

const topic = "arn:aws:sns:eu-central-1:111122223333:alarms";
const policy =
  "arn:aws:autoscaling:eu-central-1:111122223333:scalingPolicy:1:resource/ecs/service/a/b:policyName/first-task";

test.each([
  ["one that tells a topic", "ALARM", [topic], true],
  ["one without actions", "ALARM", [], true],
  ["one that scales and tells a topic", "ALARM", [policy, topic], true],
  ["one that only starts a worker's first task", "ALARM", [policy], false],
  ["one that is quiet", "OK", [topic], false],
] as const)("of the alarms that fire, %s (%s) needs attention as it should", (_, StateValue, actions, expected) => {
  expect(needsAttention({ StateValue, AlarmActions: [...actions] })).toBe(expected);
});
