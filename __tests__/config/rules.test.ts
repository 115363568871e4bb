import { configurationRules, consumerRules, environmentRules, linkRules } from "../../config/rules";
import { ownVariables } from "../../config/rules/naming";
import { synthesizeEnvironment } from "../synth";
import { cases as backend } from "./rules/backend";
import { cases as compute } from "./rules/compute";
import { cases as consumer } from "./rules/consumer";
import { cases as data } from "./rules/data";
import { cases as link } from "./rules/link";
import { cases as naming } from "./rules/naming";
import { cases as network } from "./rules/network";
import { cases as privatelink } from "./rules/privatelink";
import { cases as production } from "./rules/production";
import { cases as unused } from "./rules/unused";
import { problemsOf } from "./support";

const cases = [
  ...naming,
  ...backend,
  ...network,
  ...data,
  ...compute,
  ...privatelink,
  ...production,
  ...unused,
  ...consumer,
  ...link,
];

const rules = [...environmentRules, ...consumerRules, ...linkRules, ...configurationRules].map(({ name }) => name);

/** Words that complete "allowed: …" and "fix: …" neither begin nor end like a sentence. */
const sentence = /\.$|^(A|Add|An|Choose|Remove|Set|The|Use|Write)\b/;

describe.each(cases)("$rule", ({ fails, passes }) => {
  test.each(fails.map((failing) => [failing.when, failing] as const))(
    "fails when %s",
    (_when, { files, path, says }) => {
      const problem = problemsOf(files).find((each) => each.path === path && says.test(each.allowed));
      expect(problem).toBeDefined();
      expect([problem?.allowed, problem?.fix].filter((words) => !words || sentence.test(words))).toEqual([]);
    },
  );

  test.each(passes.map((passing) => [passing.when, passing] as const))("is content when %s", (_when, { files }) => {
    expect(problemsOf(files)).toEqual([]);
  });
});

test("every rule has a failing and a passing case", () => {
  expect(cases.map(({ rule }) => rule).sort()).toEqual([...rules].sort());
});

test("the reserved variables are those that a task gets", () => {
  const task = synthesizeEnvironment()("compute").resource.aws_ecs_task_definition;
  const definitions = JSON.stringify(Object.values(task ?? {}));
  const names = [...definitions.matchAll(/"?name\\*"? ?[:=] ?\\*"([A-Z_]+)\\*"/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(ownVariables));
});
