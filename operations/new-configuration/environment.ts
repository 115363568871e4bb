import { relaxations } from "../../config/protections";
import { environmentSchema } from "../../config/schema";
import type { NewFile } from "./new-file";
import type { Setting } from "./question";
import { freeRange } from "./surroundings";

/** What makes a development environment cheap, and lets it be deleted with everything in it. */
const CHEAP_AND_DELETABLE: readonly Setting[] = [
  ...relaxations,
  { path: ["network", "availabilityZoneCount"], value: 2 },
  { path: ["data", "kms", "deletionWindowDays"], value: 7 },
  { path: ["data", "database", "instanceClass"], value: "db.t4g.micro" },
  { path: ["data", "database", "applyImmediately"], value: true },
  { path: ["data", "database", "backupRetentionDays"], value: 1 },
];

/** `npx ecs-privatelink new environment`. */
export const newEnvironment: NewFile = {
  kind: "environments",
  schema: environmentSchema,
  questions: [
    { flag: "stage", asks: "Stage?", options: [["stage"]], proposal: "development" },
    {
      flag: "region",
      asks: "Region?",
      options: [["region"]],
      propose: (_, { environments, region }) => region ?? environments[0]?.region,
    },
    { flag: "account-id", asks: "AWS account id?", options: [["accountId"]], propose: (_, { accountId }) => accountId },
    {
      flag: "cidr",
      asks: "IPv4 range of the VPC?",
      options: [["network", "cidr"]],
      proposal: "10.40.0.0/16",
      propose: (_, { cidrs }) => freeRange(cidrs, (number) => `10.${number + 40}.0.0/16`),
    },
    {
      flag: "nat-gateways",
      asks: "NAT gateways?",
      options: [["network", "natGateways"]],
      proposal: "single",
      propose: ({ stage }) => (stage === "production" ? "perAz" : undefined),
    },
    {
      flag: "image",
      asks: "Container image?",
      hint: "build: from container/, at deployment. Or the URI of an image that is in a registry, with its digest.",
      options: [["application", "image", "uri"]],
      words: { build: { path: ["application", "image", "build"], value: {} } },
      proposal: "build",
    },
    {
      flag: "allowed-principals",
      asks: "Who may connect (ARNs, separated by commas; empty: decide later)?",
      options: [["privatelink", "allowedPrincipals"]],
      proposal: "",
    },
    {
      flag: "enforce-inbound-rules",
      asks: "Does the NLB's security group filter PrivateLink traffic (on needs the consumers' ranges)?",
      options: [["privatelink", "enforceInboundRulesOnPrivateLinkTraffic"]],
      propose: () => "off",
    },
    {
      flag: "consumer-cidrs",
      asks: "IPv4 ranges of the consumers' clients?",
      options: [["privatelink", "consumerCidrs"]],
      when: (answers) => answers["enforce-inbound-rules"] === "on",
    },
    {
      flag: "alarm-emails",
      asks: "E-mail addresses for alarms?",
      options: [["observability", "alarmEmails"]],
      when: ({ stage }) => stage === "production",
    },
    {
      flag: "plaintext-reason",
      asks: "Reason to start without TLS (certificates are added to the listeners later)?",
      options: [["acknowledge", "plaintext"]],
      when: ({ stage }) => stage === "production",
    },
  ],
  preset: ({ stage }) => (stage === "development" ? CHEAP_AND_DELETABLE : []),
  opening: ({ stage }) =>
    stage === "development"
      ? "Cheap and deletable: small instances, no protection."
      : "Options that are not set here have production-ready defaults.",
  next: (name) => [`npm start -- --env ${name}`, `npx ecs-privatelink bootstrap --env ${name}`],
};
