import { tasksFor } from "../../../proof/rehearse/worker-scaling";

test.each([
  { latency: 600, seconds: 0.25, from: 1, to: 4, tasks: 1 },
  { latency: 300, seconds: 0.25, from: 0, to: 4, tasks: 2 },
  { latency: 600, seconds: 1, from: 1, to: 2, tasks: 2 },
  { latency: 3600, seconds: 0.1, from: 3, to: 9, tasks: 3 },
  { latency: 600, seconds: 0.251, from: 1, to: 4, tasks: 2 },
])("2,400 messages of $seconds s within $latency s take $tasks of $from to $to tasks", (each) => {
  const { from, latency: acceptableLatencySeconds, seconds: secondsPerMessage, tasks, to } = each;
  expect(tasksFor({ acceptableLatencySeconds, from, secondsPerMessage, to, schedules: {} })).toBe(tasks);
});
