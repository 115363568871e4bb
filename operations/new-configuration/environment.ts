import { environmentSchema } from "../../config/schema";
import type { NewFile } from "./new-file";
import type { Setting } from "./question";

/** What makes a development environment cheap, and lets it be deleted with everything in it. */
const CHEAP_AND_DELETABLE: readonly Setting[] = [
  { path: ["backend", "s3", "forceDestroy"], value: true },
  { path: ["network", "availabilityZoneCount"], value: 2 },
  { path: ["data", "kms", "deletionWindowDays"], value: 7 },
  { path: ["data", "database", "instanceClass"], value: "db.t4g.micro" },
  { path: ["data", "database", "backupRetentionDays"], value: 1 },
  { path: ["data", "database", "deletionProtection"], value: false },
  { path: ["data", "database", "finalSnapshot"], value: false },
  { path: ["data", "secretRecoveryDays"], value: 0 },
  { path: ["data", "staticAssets", "forceDestroy"], value: true },
  { path: ["compute", "loadBalancer", "deletionProtection"], value: false },
  { path: ["compute", "loadBalancer", "accessLogForceDestroy"], value: true },
  { path: ["compute", "repository", "forceDelete"], value: true },
  { path: ["privatelink", "deletionProtection"], value: false },
];

/** `npm run new:environment`. */
export const newEnvironment: NewFile = {
  kind: "environments",
  schema: environmentSchema,
  questions: [
    { flag: "stage", options: [["stage"]], proposal: "development" },
    { flag: "region", options: [["region"]] },
    { flag: "account-id", options: [["accountId"]] },
    { flag: "cidr", options: [["network", "cidr"]], proposal: "10.40.0.0/16" },
    { flag: "nat-gateways", options: [["network", "natGateways"]], proposal: "single" },
    {
      flag: "image",
      options: [["application", "image", "uri"]],
      words: { build: { path: ["application", "image", "build"], value: {} } },
      proposal: "build",
    },
    { flag: "allowed-principals", options: [["privatelink", "allowedPrincipals"]], proposal: "" },
    { flag: "enforce-inbound-rules", options: [["privatelink", "enforceInboundRulesOnPrivateLinkTraffic"]] },
    {
      flag: "consumer-cidrs",
      options: [["privatelink", "consumerCidrs"]],
      when: (answers) => answers["enforce-inbound-rules"] === "on",
    },
  ],
  preset: ({ stage }) => (stage === "development" ? CHEAP_AND_DELETABLE : []),
  opening: ({ stage }) =>
    stage === "development"
      ? "Cheap and deletable: small instances, no protection."
      : "What is not written here has a default made for production.",
  next: (name) => [`npm start -- --env ${name}`, `npm run bootstrap -- --env ${name}`],
};
