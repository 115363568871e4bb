import { environmentSchema } from "../../../config/schema";

/** What has no default. Everything else is as in a file that says no more than this. */
export const environment = {
  name: "example",
  ...environmentSchema.parse({
    stage: "development",
    region: "eu-central-1",
    accountId: "111122223333",
    network: { cidr: "10.20.0.0/16" },
    application: { image: { uri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1" } },
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" },
  }),
};
