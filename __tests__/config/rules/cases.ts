import { type Changes, changed } from "../changed";
import { consumer, consumerWithVpc, environment, type Files, linkedConsumer, production } from "../support";

interface Case {
  readonly when: string;
  readonly files: Files;
}

interface Failing extends Case {
  /** Option that the problem is about. */
  readonly path: string;
  /** Part of what is allowed, by which the rule is known. */
  readonly says: RegExp;
}

export interface RuleCases {
  readonly rule: string;
  readonly fails: readonly Failing[];
  readonly passes: readonly Case[];
}

export type Failure = readonly [when: string, changes: Changes, path: string];
type Success = readonly [when: string, changes: Changes];

/** Cases of a rule that judges one file, made from a valid one. */
const over =
  (inFiles: (changes: Changes) => Files) =>
  (rule: string, says: RegExp, fails: readonly Failure[], passes: readonly Success[]): RuleCases => ({
    rule,
    fails: fails.map(([when, changes, path]) => ({ when, path, says, files: inFiles(changes) })),
    passes: passes.map(([when, changes]) => ({ when, files: inFiles(changes) })),
  });

export const anEnvironment = over((changes) => ({ environments: { test: changed(environment, changes) } }));
export const inProduction = over((changes) => ({ environments: { test: changed(production, changes) } }));
export const aConsumer = over((changes) => ({ consumers: { client: changed(consumer, changes) } }));
export const anExistingVpc = over((changes) => ({ consumers: { client: changed(consumerWithVpc, changes) } }));

/** Changes of the environment are written with `environment.` in front, all others are the consumer's. */
export const aLink = over((changes) => {
  const [ofEnvironment, ofConsumer]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [path, value] of Object.entries(changes)) {
    if (path.startsWith("environment.")) ofEnvironment[path.slice("environment.".length)] = value;
    else ofConsumer[path] = value;
  }
  return {
    environments: { test: changed(environment, ofEnvironment) },
    consumers: { client: changed(linkedConsumer, ofConsumer) },
  };
});

export const overlapping = over(({ second, ...changes }) => ({
  environments: {
    first: environment,
    test: changed(environment, { "network.cidr": second, "network.natGateways": "single", ...changes }),
  },
}));

/** Joins cases of one rule that start from different files. */
export const together = (...[first, ...others]: readonly [RuleCases, ...RuleCases[]]): RuleCases => ({
  rule: first.rule,
  fails: [first, ...others].flatMap(({ fails }) => fails),
  passes: [first, ...others].flatMap(({ passes }) => passes),
});

export const certificate = (region: string, account = "111122223333", partition = "aws") =>
  `arn:${partition}:acm:${region}:${account}:certificate/12345678-1234-1234-1234-123456789012`;
export const ourImage = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1";
export const serviceIn = (region: string) => `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`;
export const reason = "agreed with the security team";
export const albTarget = { "privatelink.albTargetMode": "alb-target" };
export const fargate = { "compute.launchType": "FARGATE" };
