import { minimalEnvironment } from "../../config/minimal";
import { configurationRules, consumerRules, environmentRules, linkRules } from "../../config/rules";
import { ownVariables } from "../../config/rules/naming";
import { synthesizeEnvironment } from "../synth";
import { cases as account } from "./rules/account";
import { cases as application } from "./rules/application";
import { cases as backend } from "./rules/backend";
import { cases as compute } from "./rules/compute";
import { cases as consumer } from "./rules/consumer";
import { cases as data } from "./rules/data";
import { cases as existingNetwork } from "./rules/existing-network";
import { cases as iam } from "./rules/iam";
import { cases as image } from "./rules/image";
import { cases as link } from "./rules/link";
import { cases as mutualTls } from "./rules/mutual-tls";
import { cases as naming } from "./rules/naming";
import { cases as network } from "./rules/network";
import { cases as permissions } from "./rules/permissions";
import { cases as privatelink } from "./rules/privatelink";
import { cases as production } from "./rules/production";
import { cases as quotas } from "./rules/quotas";
import { cases as requestLimits } from "./rules/request-limits";
import { cases as schedules } from "./rules/schedules";
import { cases as secrets } from "./rules/secrets";
import { cases as serviceConsumers } from "./rules/service-consumers";
import { cases as sidecars } from "./rules/sidecars";
import { cases as targets } from "./rules/targets";
import { cases as together } from "./rules/together";
import { cases as unused } from "./rules/unused";
import { cases as workloads } from "./rules/workloads";
import { problemsOf } from "./support";

const cases = [
  ...application,
  ...naming,
  ...iam,
  ...image,
  ...backend,
  ...network,
  ...existingNetwork,
  ...data,
  ...compute,
  ...workloads,
  ...permissions,
  ...privatelink,
  ...production,
  ...unused,
  ...quotas,
  ...schedules,
  ...secrets,
  ...sidecars,
  ...targets,
  ...mutualTls,
  ...requestLimits,
  ...together,
  ...serviceConsumers,
  ...consumer,
  ...link,
  ...account,
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
  const application = { ...minimalEnvironment.application, secrets: { token: { parameter: "/a" } }, secretsVersion: 1 };
  const data = { database: { engine: "mysql" as const } };
  const compute = {
    loadBalancer: {
      listeners: [
        {
          port: 443,
          certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        },
      ],
      mutualTls: { mode: "passthrough" as const },
    },
  };
  const privatelink = {
    enforceInboundRulesOnPrivateLinkTraffic: "off" as const,
    targetGroup: { healthCheckProtocol: "TCP" as const },
  };
  const task = synthesizeEnvironment({ application, compute, data, privatelink })("compute").resource
    .aws_ecs_task_definition;
  const definitions = JSON.stringify(Object.values(task ?? {}));
  const names = [...definitions.matchAll(/"?name\\*"? ?[:=] ?\\*"([A-Z_]+)\\*"/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(ownVariables));
});
