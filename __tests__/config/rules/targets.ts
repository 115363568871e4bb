import { anEnvironment, certificate, type RuleCases } from "./cases";

const encrypted = { "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }] };
const byTcp = { "privatelink.targetGroup.healthCheckProtocol": "TCP" };
const grpc = { "application.route.protocol": "GRPC" };
const ending = (port: number) => ({ port, albListenerPort: 443, certificateArn: certificate("eu-central-1") });
const calls = (listenerPorts: number[]) => ({
  "compute.ec2.maximumInstances": 20,
  "compute.loadBalancer.listeners": [{ port: 80 }, { port: 443, certificateArn: certificate("eu-central-1") }],
  services: {
    calls: {
      healthCheckPath: "/grpc.health.v1.Health/Check",
      expose: { priority: 1, pathPatterns: ["/calls/*"], listenerPorts },
      route: { protocol: "GRPC" },
    },
  },
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "newerProtocolsComeOverTls",
    /every listener that leads there/,
    [
      ["a listener speaks HTTP", { ...grpc, ...byTcp }, "application.route.protocol"],
      ["one of a service's listeners speaks HTTP", calls([80, 443]), "services.calls.route.protocol"],
    ],
    [
      ["all listeners have certificates", { ...grpc, ...byTcp, ...encrypted }],
      ["the service's own listener has one", calls([443])],
    ],
  ),
  anEnvironment(
    "newerProtocolsAreCheckedByTcp",
    /: TCP|HTTP1, since the NLB/,
    [
      ["the NLB checks by HTTPS", { ...grpc, ...encrypted }, "privatelink.targetGroup.healthCheckProtocol"],
      [
        "the ALB is the target itself",
        { ...grpc, ...encrypted, "privatelink.albTargetMode": "alb-target" },
        "application.route.protocol",
      ],
    ],
    [["the NLB checks by TCP", { ...grpc, ...byTcp, ...encrypted }]],
  ),
  anEnvironment(
    "newerProtocolsPassTheNlb",
    /passes TLS through/,
    [
      [
        "the NLB ends TLS in front of the application",
        { ...grpc, ...byTcp, ...encrypted, "privatelink.listeners": [ending(443)] },
        "application.route.protocol",
      ],
      [
        "the NLB ends TLS on every port that leads to a service",
        { ...calls([443]), "privatelink.listeners": [ending(443), ending(8443), { port: 80 }] },
        "services.calls.route.protocol",
      ],
    ],
    [
      ["one port passes TLS through", { ...calls([443]), "privatelink.listeners": [ending(8443), { port: 443 }] }],
      ["no port leads there", { ...calls([443]), "privatelink.listeners": [{ port: 80 }] }],
    ],
  ),
];
