import { anEnvironment, certificate, type RuleCases, reason } from "./cases";

const consumers = "privatelink.consumers";
const webAclArn = "compute.loadBalancer.webAclArn";
const account = (number: number) => `arn:aws:iam::5555666677${String(number).padStart(2, "0")}:root`;
const limited = (limits: object, number = 77) => ({
  principals: [account(number)],
  limits: { requestsPerFiveMinutes: 1000, ...limits },
});
const verified = {
  "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }],
  "compute.loadBalancer.mutualTls": { mode: "verify", caBundle: "config/examples/mutual-tls/consumers-ca.pem" },
  "privatelink.targetGroup.healthCheckProtocol": "TCP",
};
const certificateSubject = "CN=acme,O=Example";
const header = { name: "x-consumer", value: "acme" };
const acknowledged = { "acknowledge.forgeableLimits": reason };
const webAcl = (place: string) => `arn:aws:wafv2:${place}:regional/webacl/shared/12345678-1234-1234-1234-123456789012`;
const many = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `acme-${number}`,
      limited({ certificateSubject: `CN=acme-${number}` }, number),
    ]),
  );

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "limitsKnowTheirConsumer",
    /exactly one of certificateSubject and header/,
    [
      ["nothing tells the consumer", { [consumers]: { acme: limited({}) } }, `${consumers}.acme.limits`],
      [
        "two things tell it",
        { ...verified, ...acknowledged, [consumers]: { acme: limited({ certificateSubject, header }) } },
        `${consumers}.acme.limits`,
      ],
    ],
    [["a certificate tells it", { ...verified, [consumers]: { acme: limited({ certificateSubject }) } }]],
  ),
  anEnvironment(
    "limitedSubjectsAreVerified",
    /only with compute.loadBalancer.mutualTls.mode verify/,
    [
      [
        "no client has a certificate",
        { [consumers]: { acme: limited({ certificateSubject }) } },
        `${consumers}.acme.limits.certificateSubject`,
      ],
      [
        "the application verifies",
        {
          ...verified,
          "compute.loadBalancer.mutualTls": { mode: "passthrough" },
          [consumers]: { acme: limited({ certificateSubject }) },
        },
        `${consumers}.acme.limits.certificateSubject`,
      ],
    ],
    [["the ALB verifies", { ...verified, [consumers]: { acme: limited({ certificateSubject, action: "count" }) } }]],
  ),
  anEnvironment(
    "forgeableLimitsAreAcknowledged",
    /a reason in acknowledge.forgeableLimits/,
    [
      [
        "a header tells the consumer",
        { [consumers]: { acme: limited({ header }) } },
        `${consumers}.acme.limits.header`,
      ],
      [
        "clients have certificates also, and may still send any header",
        { ...verified, [consumers]: { acme: limited({ header }) } },
        `${consumers}.acme.limits.header`,
      ],
    ],
    [["there is a reason", { ...acknowledged, [consumers]: { acme: limited({ header }) } }]],
  ),
  anEnvironment(
    "limitsAreNotByAddress",
    /the ALB sees the NLB's addresses alone|headers that clients send/,
    [
      [
        "the header holds addresses",
        { ...acknowledged, [consumers]: { acme: limited({ header: { name: "x-forwarded-for", value: "10.0.0.1" } }) } },
        `${consumers}.acme.limits.header.name`,
      ],
      [
        "the ALB writes the header",
        {
          ...verified,
          ...acknowledged,
          [consumers]: { acme: limited({ header: { name: "x-amzn-mtls-clientcert-subject", value: "CN=a" } }) },
        },
        `${consumers}.acme.limits.header.name`,
      ],
    ],
    [
      [
        "the name that consumers ask for tells them",
        { ...acknowledged, [consumers]: { acme: limited({ header: { name: "host", value: "acme.example.com" } }) } },
      ],
    ],
  ),
  anEnvironment(
    "limitedConsumersAreToldApart",
    /each subject, and each value of a header, in one consumer/,
    [
      [
        "two have one subject",
        {
          ...verified,
          [consumers]: { acme: limited({ certificateSubject }), other: limited({ certificateSubject }, 78) },
        },
        `${consumers}.other.limits.certificateSubject`,
      ],
      [
        "two have one value",
        { ...acknowledged, [consumers]: { acme: limited({ header }), other: limited({ header }, 78) } },
        `${consumers}.other.limits.header`,
      ],
    ],
    [
      [
        "the case differs",
        {
          ...acknowledged,
          [consumers]: { acme: limited({ header }), other: limited({ header: { ...header, value: "Acme" } }, 78) },
        },
      ],
    ],
  ),
  anEnvironment(
    "limitsHaveOneWebAcl",
    /no limits with compute.loadBalancer.webAclArn/,
    [
      [
        "there is a web ACL of others",
        {
          ...verified,
          [webAclArn]: webAcl("eu-central-1:111122223333"),
          [consumers]: { acme: limited({ certificateSubject }) },
        },
        `${consumers}.acme.limits`,
      ],
    ],
    [["consumers have no limits", { [webAclArn]: webAcl("eu-central-1:111122223333") }]],
  ),
  anEnvironment(
    "webAclIsTheEnvironments",
    /a web ACL in eu-central-1 and account 111122223333/,
    [
      ["it is in another Region", { [webAclArn]: webAcl("eu-west-1:111122223333") }, webAclArn],
      ["it is of another account", { [webAclArn]: webAcl("eu-central-1:444455556666") }, webAclArn],
    ],
    [["it is there", { [webAclArn]: webAcl("eu-central-1:111122223333") }]],
  ),
  anEnvironment(
    "limitsFitIntoAWebAcl",
    /at most 10: as many rate-based rules/,
    [["eleven consumers have limits", { ...verified, [consumers]: many(11) }, consumers]],
    [["ten have", { ...verified, [consumers]: many(10) }]],
  ),
];
