import { anEnvironment, certificate, type RuleCases } from "./cases";

const mutualTls = "compute.loadBalancer.mutualTls";
const caBundle = "config/examples/mutual-tls/consumers-ca.pem";
const listeners = [{ port: 443, certificateArn: certificate("eu-central-1") }];
const valid = {
  "compute.loadBalancer.listeners": listeners,
  [mutualTls]: { mode: "verify", caBundle },
  "privatelink.targetGroup.healthCheckProtocol": "TCP",
};
const existingCaBundle = { bucket: "consumers-111122223333", key: "ca.pem" };

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "clientCasAreChosenOnce",
    /exactly one of caBundle and existingCaBundle/,
    [
      ["there are none", { ...valid, [mutualTls]: { mode: "verify" } }, mutualTls],
      ["there are two", { ...valid, [mutualTls]: { mode: "verify", caBundle, existingCaBundle } }, mutualTls],
    ],
    [
      ["they are a file", valid],
      ["they are in S3", { ...valid, [mutualTls]: { mode: "verify", existingCaBundle } }],
      ["the application verifies", { ...valid, [mutualTls]: { mode: "passthrough" } }],
    ],
  ),
  anEnvironment(
    "clientCertificatesReachTheAlb",
    /HTTPS on every listener|no certificate on the NLB/,
    [
      [
        "a listener speaks HTTP",
        { ...valid, "compute.loadBalancer.listeners": [...listeners, { port: 80 }] },
        "compute.loadBalancer.listeners[1]",
      ],
      [
        "the NLB ends TLS",
        { ...valid, "privatelink.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }] },
        "privatelink.listeners[0].certificateArn",
      ],
    ],
    [
      ["no certificate is asked for any more", { [mutualTls]: { mode: "off" } }],
      ["the NLB passes TLS through", { ...valid, "privatelink.listeners": [{ port: 8443, albListenerPort: 443 }] }],
    ],
  ),
  anEnvironment(
    "mutualTlsIsCheckedByTcp",
    /: TCP|no mutual TLS/,
    [
      [
        "the NLB checks by HTTPS",
        { ...valid, "privatelink.targetGroup.healthCheckProtocol": undefined },
        "privatelink.targetGroup.healthCheckProtocol",
      ],
      [
        "the ALB is the target itself",
        {
          ...valid,
          "privatelink.albTargetMode": "alb-target",
          "privatelink.targetGroup.healthCheckProtocol": undefined,
        },
        mutualTls,
      ],
    ],
    [["the NLB checks by TCP", valid]],
  ),
];
