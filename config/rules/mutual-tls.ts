import { clientCertificates } from "../derive";
import type { EnvironmentRule, Finding } from "./rule";

const overview =
  'User Guide for Application Load Balancers, "Mutual authentication with TLS in Application Load Balancer"';
const configuring =
  'User Guide for Application Load Balancers, "Configuring mutual TLS on an Application Load Balancer"';
const path = ["compute", "loadBalancer", "mutualTls"];

/** Who verifies needs CAs to verify with. */
export const clientCasAreChosenOnce: EnvironmentRule = ({ compute }) => {
  const { mutualTls } = compute.loadBalancer;
  if (mutualTls?.mode !== "verify" || Boolean(mutualTls.caBundle) !== Boolean(mutualTls.existingCaBundle)) return [];
  const both = mutualTls.caBundle !== undefined;
  return [
    {
      path,
      given: both ? "both caBundle and existingCaBundle" : "mode verify without CA certificates",
      allowed: "with mode verify: exactly one of caBundle and existingCaBundle",
      fix: both ? "remove one of them" : "add caBundle: a PEM file with the CAs that sign the consumers' certificates",
      source: configuring,
    },
  ];
};

/**
 * Only the load balancer that ends TLS sees the client's certificate. A listener without TLS would also take the headers
 * that name the client from anyone.
 */
export const clientCertificatesReachTheAlb: EnvironmentRule = ({ compute, privatelink }) => {
  if (!clientCertificates({ compute })) return [];
  return [
    ...compute.loadBalancer.listeners.flatMap(({ certificateArn, port }, index): Finding[] =>
      certificateArn
        ? []
        : [
            {
              path: ["compute", "loadBalancer", "listeners", index],
              given: `HTTP on port ${port}`,
              allowed: "with mutualTls: HTTPS on every listener, since over HTTP any client can send the headers",
              fix: "add certificateArn, or remove the listener",
              source: overview,
            },
          ],
    ),
    ...privatelink.listeners.flatMap(({ certificateArn }, index): Finding[] =>
      certificateArn
        ? [
            {
              path: ["privatelink", "listeners", index, "certificateArn"],
              allowed:
                "with compute.loadBalancer.mutualTls: no certificate on the NLB, which would end TLS and the client's certificate with it",
              fix: "remove it: the NLB passes TLS through to the ALB, which has the certificate",
              source: overview,
            },
          ]
        : [],
    ),
  ];
};

/** The NLB has no client certificate to show when it checks the ALB. */
export const mutualTlsIsCheckedByTcp: EnvironmentRule = ({ compute, privatelink }) => {
  if (!clientCertificates({ compute }) || privatelink.targetGroup.healthCheckProtocol === "TCP") return [];
  if (privatelink.albTargetMode === "alb-target") {
    return [
      {
        path,
        allowed:
          "with privatelink.albTargetMode alb-target: no mutual TLS, since the NLB then checks the ALB by HTTPS, without a client certificate",
        fix: "choose albTargetMode ip-sync with targetGroup.healthCheckProtocol TCP",
        source: overview,
      },
    ];
  }
  return [
    {
      path: ["privatelink", "targetGroup", "healthCheckProtocol"],
      allowed: "with compute.loadBalancer.mutualTls: TCP, since the NLB has no client certificate for a request",
      fix: "write TCP; the ALB still checks the tasks themselves",
      source: overview,
    },
  ];
};
