import { consumerSchema } from "../../config/schema";
import type { NewFile } from "./new-file";
import type { Answers, KnownEnvironment, Surroundings } from "./question";
import { freeRange } from "./surroundings";

const existingVpc = ({ vpc = "" }: Answers) => vpc.startsWith("vpc-");

const environmentOf = (service: string | undefined, { environments }: Surroundings): KnownEnvironment | undefined =>
  environments.find(({ name }) => name === service);

/** `npx ecs-privatelink new consumer`. */
export const newConsumer: NewFile = {
  kind: "consumers",
  schema: consumerSchema,
  questions: [
    {
      flag: "service",
      asks: "Which service (an environment here, or the name of another account's endpoint service)?",
      options: [
        ["service", "name"],
        ["service", "environment"],
      ],
      known: ({ environments }) => environments.map(({ name }) => name),
    },
    {
      flag: "region",
      asks: "Region?",
      options: [["region"]],
      propose: ({ service }, known) => environmentOf(service, known)?.region ?? known.region,
    },
    {
      flag: "account-id",
      asks: "AWS account id of the consumer?",
      options: [["accountId"]],
      propose: ({ service }, known) => environmentOf(service, known)?.accountId ?? known.accountId,
    },
    {
      flag: "vpc",
      asks: "VPC (the id of an existing one, or the IPv4 range of a new one)?",
      options: [
        ["vpc", "id"],
        ["vpc", "cidr"],
      ],
      proposal: "10.90.0.0/24",
      propose: (_, { cidrs }) => freeRange(cidrs, (number) => `10.90.${number}.0/24`),
    },
    { flag: "subnet-ids", asks: "Subnet ids?", options: [["vpc", "subnetIds"]], when: existingVpc },
    { flag: "client-cidrs", asks: "IPv4 ranges of the clients?", options: [["clients", "cidrs"]], when: existingVpc },
    { flag: "dns-mode", asks: "Name for the endpoint?", options: [["dns", "mode"]], proposal: "none" },
    {
      flag: "dns-name",
      asks: "Which name?",
      options: [["dns", "name"]],
      when: (answers) => answers["dns-mode"] === "private-hosted-zone",
    },
    { flag: "backend", asks: "Where is the Terraform state?", options: [["backend", "type"]], proposal: "s3" },
    {
      flag: "hcp-organization",
      asks: "HCP Terraform organization?",
      options: [["backend", "hcp", "organization"]],
      when: ({ backend }) => backend === "hcp",
    },
  ],
  preset: () => [],
  opening: () => "One interface endpoint. The state's bucket has to exist before the first apply (backend s3).",
  next: (name) => [`npx cdktf deploy consumer-endpoint-${name} --ignore-missing-stack-dependencies`],
};
