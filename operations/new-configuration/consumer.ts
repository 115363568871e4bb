import { consumerSchema } from "../../config/schema";
import type { NewFile } from "./new-file";
import type { Answers } from "./question";

const existingVpc = ({ vpc = "" }: Answers) => vpc.startsWith("vpc-");

/** `npm run new:consumer`. */
export const newConsumer: NewFile = {
  kind: "consumers",
  schema: consumerSchema,
  questions: [
    {
      flag: "service",
      options: [
        ["service", "name"],
        ["service", "environment"],
      ],
    },
    { flag: "region", options: [["region"]] },
    { flag: "account-id", options: [["accountId"]] },
    {
      flag: "vpc",
      options: [
        ["vpc", "id"],
        ["vpc", "cidr"],
      ],
      proposal: "10.90.0.0/24",
    },
    { flag: "subnet-ids", options: [["vpc", "subnetIds"]], when: existingVpc },
    { flag: "client-cidrs", options: [["clients", "cidrs"]], when: existingVpc },
    { flag: "dns-mode", options: [["dns", "mode"]], proposal: "none" },
    {
      flag: "dns-name",
      options: [["dns", "name"]],
      when: (answers) => answers["dns-mode"] === "private-hosted-zone",
    },
    { flag: "backend", options: [["backend", "type"]], proposal: "s3" },
    {
      flag: "hcp-organization",
      options: [["backend", "hcp", "organization"]],
      when: ({ backend }) => backend === "hcp",
    },
  ],
  preset: () => [],
  opening: () => "One interface endpoint. The state's bucket has to exist before the first apply (backend s3).",
  next: (name) => [`npx cdktf deploy consumer-endpoint-${name} --ignore-missing-stack-dependencies`],
};
