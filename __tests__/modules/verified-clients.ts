/** Options of an environment whose ALB verifies certificates of clients, and whose consumer acme has these limits. */
export const verifiedAndLimited = (limits: object) => ({
  compute: {
    loadBalancer: {
      listeners: [
        {
          port: 443,
          certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        },
      ],
      mutualTls: { mode: "verify" as const, caBundle: "config/examples/mutual-tls/consumers-ca.pem" },
    },
  },
  privatelink: {
    enforceInboundRulesOnPrivateLinkTraffic: "off" as const,
    targetGroup: { healthCheckProtocol: "TCP" as const },
    consumers: { acme: { principals: ["arn:aws:iam::555566667777:root"], limits } },
  },
});
