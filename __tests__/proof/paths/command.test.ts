import { callEach } from "../../cli/calls";

let answers: ReturnType<typeof callAll>;
const callAll = () =>
  callEach({
    dev: ["paths", "--env", "dev", "--consumer", "example", "--json"],
    nowhere: ["paths", "--env", "nowhere"],
  });
beforeAll(() => {
  answers = callAll();
}, 60_000);

test("--json: every path of the dev environment with outcome and hops; exit code 0 as all is proven", () => {
  const { status, stdout } = answers.dev;
  const { consumers, environment, expectations } = JSON.parse(stdout);
  expect({ status, environment, consumers }).toEqual({ status: 0, environment: "dev", consumers: ["example"] });
  expect(expectations.length).toBeGreaterThan(40);
  for (const { outcome, paths: own } of expectations) {
    expect(outcome).toBe("proven");
    expect(own[0].hops.length).toBeGreaterThan(0);
  }
});

test("an environment that is not there: one line that names those that are", () => {
  const { status, stderr } = answers.nowhere;
  expect(status).toBe(1);
  expect(stderr.trim()).toMatch(/Unknown environment "nowhere"\. Available: .*dev/);
});
