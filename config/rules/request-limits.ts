/** Rules over limits of requests: `privatelink.consumers.<name>.limits` and `compute.loadBalancer.webAclArn`. */
import { clientCertificates } from "../derive";
import type { Path } from "../problem";
import { partition } from "../regions";
import { limitedConsumers } from "../request-limits";
import type { Environment } from "../schema";
import { serviceConsumers } from "../service-consumers";
import type { EnvironmentRule, Finding } from "./rule";

const quotas = 'AWS WAF Developer Guide, "AWS WAF quotas"';
const associating = 'AWS WAF API Reference, "AssociateWebACL"';
const mutualTls =
  'User Guide for Application Load Balancers, "Mutual authentication with TLS in Application Load Balancer"';

const of = (name: string, ...rest: Path): Path => ["privatelink", "consumers", name, "limits", ...rest];

type Limits = NonNullable<ReturnType<typeof serviceConsumers>[number]["limits"]>;

const eachLimit = (
  { privatelink }: Pick<Environment, "privatelink">,
  judge: (limits: Limits, name: string) => readonly Finding[],
): Finding[] => serviceConsumers(privatelink).flatMap(({ limits, name }) => (limits ? judge(limits, name) : []));

/** A limit is of one consumer, so something has to tell its requests from those of others. */
export const limitsKnowTheirConsumer: EnvironmentRule = (environment) =>
  eachLimit(environment, ({ certificateSubject, header }, name) => {
    if (Boolean(certificateSubject) !== Boolean(header)) return [];
    return [
      {
        path: of(name),
        given: header ? "both certificateSubject and header" : "nothing that tells the consumer's requests from others",
        allowed: "exactly one of certificateSubject and header",
        fix: header ? "remove one of them" : "add the certificateSubject of the consumer's clients",
      },
    ];
  });

/** Only a certificate that the ALB has verified has its subject in a header of its own. */
export const limitedSubjectsAreVerified: EnvironmentRule = (environment) =>
  eachLimit(environment, ({ certificateSubject }, name) => {
    const mode = clientCertificates(environment);
    if (certificateSubject === undefined || mode === "verify") return [];
    return [
      {
        path: of(name, "certificateSubject"),
        given:
          mode === "passthrough" ? "a subject, while the ALB passes certificates on" : "a subject, without mutual TLS",
        allowed: "only with compute.loadBalancer.mutualTls.mode verify; with passthrough the subject is in no header",
        fix: "write mode verify, or tell the consumer by a header",
        source: mutualTls,
      },
    ];
  });

/** The client writes the header: it can leave it out, or write another consumer's. */
export const forgeableLimitsAreAcknowledged: EnvironmentRule = (environment) =>
  eachLimit(environment, ({ header }, name) =>
    header === undefined || environment.acknowledge.forgeableLimits
      ? []
      : [
          {
            path: of(name, "header"),
            allowed:
              "with a reason in acknowledge.forgeableLimits: a request without the header has no limit, and one with another consumer's value counts as theirs",
            fix: "tell the consumer by certificateSubject, or give the reason",
            source: 'AWS WAF Developer Guide, "Rate limit the requests that are missing a specific header"',
          },
        ],
  );

/** Behind PrivateLink and an NLB every request has the address of one of the NLB's nodes. */
export const limitsAreNotByAddress: EnvironmentRule = (environment) =>
  eachLimit(environment, ({ header }, name): Finding[] => {
    if (header === undefined) return [];
    const path = of(name, "header", "name");
    if (/^(forwarded|x-forwarded-|x-real-ip$|true-client-ip$)/.test(header.name)) {
      return [
        {
          path,
          allowed: "headers that name the consumer: the ALB sees the NLB's addresses alone, whoever asks",
          fix: "tell the consumer by certificateSubject, or by a header of its own",
          source:
            'User Guide for Network Load Balancers, "Edit target group attributes for your Network Load Balancer"',
        },
      ];
    }
    if (!header.name.startsWith("x-amzn-")) return [];
    return [
      {
        path,
        allowed: "headers that clients send: those that begin with x-amzn- are AWS's own",
        fix: "write certificateSubject for the subject of a client certificate",
        source: mutualTls,
      },
    ];
  });

/** Two consumers with one subject or header would use up one limit's requests in another's name. */
export const limitedConsumersAreToldApart: EnvironmentRule = ({ privatelink }) => {
  const limited = limitedConsumers(privatelink);
  return limited.flatMap(({ header, name, value }, position): Finding[] => {
    const other = limited.slice(0, position).find((each) => each.header === header && each.value === value);
    if (other === undefined) return [];
    const option = privatelink.consumers[name]?.limits?.header ? "header" : "certificateSubject";
    return [
      {
        path: of(name, option),
        given: `${value}, which is also ${other.name}'s`,
        allowed: "each subject, and each value of a header, in one consumer",
        fix: "give each consumer a certificate or a value of its own",
      },
    ];
  });
};

/** A load balancer has one web ACL. */
export const limitsHaveOneWebAcl: EnvironmentRule = (environment) =>
  environment.compute.loadBalancer.webAclArn === undefined
    ? []
    : eachLimit(environment, (_, name) => [
        {
          path: of(name),
          allowed: "no limits with compute.loadBalancer.webAclArn: an ALB has one web ACL",
          fix: "remove them and ask the owner of the web ACL for the rule, or remove webAclArn",
          source: associating,
        },
      ]);

/** A web ACL and what it protects are in one account and Region. */
export const webAclIsTheEnvironments: EnvironmentRule = ({ accountId, compute, region }) => {
  const arn = compute.loadBalancer.webAclArn;
  if (arn === undefined) return [];
  const [, arnPartition, , arnRegion, arnAccount] = arn.split(":");
  if (arnPartition === partition(region) && arnRegion === region && (!accountId || arnAccount === accountId)) return [];
  return [
    {
      path: ["compute", "loadBalancer", "webAclArn"],
      allowed: `a web ACL in ${region}${accountId ? ` and account ${accountId}` : ""}: arn:${partition(region)}:wafv2:${region}:${accountId ?? "<account>"}:regional/webacl/…`,
      fix: "name one of there, or remove the line",
      source: associating,
    },
  ];
};

/** AWS raises neither this quota nor the capacity, of which so few rules need little. */
const mostLimits = 10;

/** Each limit is a rate-based rule. */
export const limitsFitIntoAWebAcl: EnvironmentRule = ({ privatelink }) => {
  const limited = limitedConsumers(privatelink);
  if (limited.length <= mostLimits) return [];
  return [
    {
      path: ["privatelink", "consumers"],
      given: `${limited.length} consumers with limits`,
      allowed: `at most ${mostLimits}: as many rate-based rules as AWS takes in a web ACL`,
      fix: "limit those that need it, or name a web ACL of your own in compute.loadBalancer.webAclArn, whose rules can count by the header's value",
      source: quotas,
    },
  ];
};
