import { z } from "zod";
import { backend } from "./schema/backend";
import { application, compute } from "./schema/compute";
import { consumerOptions } from "./schema/consumer";
import { data } from "./schema/data";
import { network } from "./schema/network";
import { observability } from "./schema/observability";
import { accountId, reason, region, tags, text } from "./schema/primitives";
import { privatelink } from "./schema/privatelink";

/** Name of an environment or consumer: the name of its file. Part of stack ids and AWS resource names. */
export const configurationName = text(
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  "2 to 32 lower-case letters, digits and hyphens, starting with a letter",
);

const common = {
  region: region.describe("AWS Region of every resource."),
  accountId: accountId
    .optional()
    .describe("The only AWS account that may be touched; Terraform stops when the credentials belong to another."),
  tags: tags.describe("Tags of every resource, besides project, environment, stack and managed-by."),
  backend: backend.prefault({}).describe("Where Terraform keeps the state."),
};

/** Provider side: one file in config/environments is one set of stacks. */
export const environmentSchema = z.strictObject({
  project: text(
    /^[a-z][a-z0-9-]{0,12}[a-z0-9]$/,
    "2 to 14 lower-case letters, digits and hyphens, starting with a letter",
  )
    .default("private-app")
    .describe("Name of the application; first part of every resource name."),
  stage: z
    .enum(["development", "production"])
    .describe("production: the rules refuse what endangers data or availability, unless acknowledged."),
  ...common,
  acknowledge: z
    .strictObject({
      singleAzDatabase: reason.optional().describe("Why production may run a database without a standby."),
      unprotectedDeletion: reason.optional().describe("Why production may be deleted without protection."),
      singlePointOfFailure: reason
        .optional()
        .describe("Why production may run one task, one instance or one NAT gateway alone."),
      anyPrincipal: reason.optional().describe("Why every AWS account may connect without being accepted."),
      overlappingNetwork: reason
        .optional()
        .describe("Why the VPC may overlap another environment's in the same account and Region."),
    })
    .prefault({})
    .describe("Exceptions from the rules, each with its reason."),
  network: network.describe("VPC, subnets, NAT and the endpoints of AWS services."),
  data: data.prefault({}).describe("Database, file system, static assets and the key that encrypts them."),
  application: application.describe("The container application; cpu and memory are those of one task."),
  compute: compute.prefault({}).describe("Cluster, capacity, internal load balancer and image repository."),
  privatelink: privatelink.describe("How the application is shared: NLB, endpoint service, who may connect."),
  observability: observability.prefault({}).describe("Logs, alarms and dashboard."),
});

/** Consumer side: one file in config/consumers is one stack. */
export const consumerSchema = z.strictObject({
  ...common,
  ...consumerOptions,
});

/** What an environment file says, defaults filled in, with the name of the file it came from. */
export type Environment = z.output<typeof environmentSchema> & { readonly name: string };

/** What a consumer file says, defaults filled in, with the name of the file it came from. */
export type Consumer = z.output<typeof consumerSchema> & { readonly name: string };

/** What an environment file may hold. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

/** What a consumer file may hold. */
export type ConsumerInput = z.input<typeof consumerSchema>;

export interface Configuration {
  readonly environments: readonly Environment[];
  readonly consumers: readonly Consumer[];
}
