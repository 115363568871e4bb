import * as z from "zod";
import { application } from "./schema/application";
import { backend } from "./schema/backend";
import { compute } from "./schema/compute";
import { consumerOptions } from "./schema/consumer";
import { data } from "./schema/data";
import { iam } from "./schema/iam";
import { network } from "./schema/network";
import { observability } from "./schema/observability";
import { accountId, list, reason, region, tagName, tags, text } from "./schema/primitives";
import { privatelink } from "./schema/privatelink";
import { jobs, services, workers } from "./schema/workloads";

/** Name of an environment or consumer: the name of its file. Part of stack ids and AWS resource names. */
export const configurationName = text(
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  "2 to 32 lower-case letters, digits and hyphens, starting with a letter",
);

/** Name of a project: first part of AWS resource names. */
export const projectName = text(
  /^[a-z][a-z0-9-]{0,12}[a-z0-9]$/,
  "2 to 14 lower-case letters, digits and hyphens, starting with a letter",
);

const raisedQuota = reason
  .optional()
  .describe("Default quotas of AWS that were raised for the account, and their new values.");

const common = {
  region: region.describe("AWS Region of every resource."),
  accountId: accountId
    .optional()
    .describe("The only AWS account that Terraform may change; it stops if the credentials belong to another account."),
  tags: tags.describe(
    "Tags of every resource, in addition to project, environment, stack and managed-by. S3 objects take ten tags: with more than six here, they have none.",
  ),
  requiredTags: list(tagName)
    .default([])
    .describe("Tags that must be set, as required by a tag policy or service control policy of your organization."),
  iam: iam.prefault({}).describe("Requirements of your organization for IAM roles."),
  backend: backend.prefault({}).describe("Where Terraform keeps the state."),
};

/** Provider side: one file in config/environments is one set of stacks. */
export const environmentSchema = z.strictObject({
  project: projectName.default("private-app").describe("Name of the application; first part of every resource name."),
  stage: z
    .enum(["development", "production"])
    .describe(
      "production: rules reject settings that endanger data or availability, unless acknowledge gives a reason.",
    ),
  ...common,
  acknowledge: z
    .strictObject({
      singleAzDatabase: reason.optional().describe("Why production may run a database without a standby."),
      unprotectedDeletion: reason
        .optional()
        .describe(
          "Why production may be deleted without protection. Without a reason Terraform also refuses every plan that would delete or replace database, file system, secret, keys, buckets or backup vault.",
        ),
      dataRemoval: reason
        .optional()
        .describe(
          "Why production has no database, file system or static assets of its own. Without a reason Terraform refuses every plan while there are some that an earlier configuration has created.",
        ),
      singlePointOfFailure: reason
        .optional()
        .describe("Why production may run a single task, instance or NAT gateway."),
      plaintext: reason
        .optional()
        .describe("Why traffic of consumers may reach production's load balancers without TLS."),
      noAlarmRecipient: reason
        .optional()
        .describe("Why alarms of production need no address, e.g. because other tools read them from the SNS topic."),
      wideTaskPermission: reason
        .optional()
        .describe("Why application.permissions may hold wildcards: whole services, or resources that are not named."),
      secretInVariable: reason
        .optional()
        .describe(
          "Why environment variables that look like secrets are none, e.g. a key that the browser gets anyway.",
        ),
      anyPrincipal: reason.optional().describe("Why every AWS account may connect without being accepted."),
      forgeableLimits: reason
        .optional()
        .describe(
          "Why limits of requests may go by a header, which a client can leave out, or fill in as another consumer.",
        ),
      overlappingNetwork: reason
        .optional()
        .describe("Why the VPC may overlap another environment's in the same account and Region."),
      sharedNamePrefix: reason
        .optional()
        .describe(
          "Why names may begin with those of another environment in the same account, whose policies cover them.",
        ),
      raisedQuota,
    })
    .prefault({})
    .describe("Exceptions from the rules, each with its reason."),
  network: network.describe("VPC, subnets, NAT and the endpoints of AWS services."),
  data: data.prefault({}).describe("Database, file system, static assets and the key that encrypts them."),
  application: application.describe("The container application; cpu and memory are those of one task."),
  services: services.describe(
    "Services beside the application behind the same ALB, by name; requests go to them by path and host.",
  ),
  workers: workers.describe(
    "Services without a load balancer that work off a queue, by name; as many tasks run as the queue's length asks for.",
  ),
  jobs: jobs.describe(
    "Tasks that run to their end, by schedule or on demand, by name. What fails, or takes too long, fires an alarm.",
  ),
  compute: compute.prefault({}).describe("Cluster, capacity, internal load balancer and image repository."),
  privatelink: privatelink.describe("How the application is shared: NLB, endpoint service, allowed principals."),
  observability: observability.prefault({}).describe("Logs, alarms and dashboard."),
});

/** Consumer side: one file in config/consumers is one stack. */
export const consumerSchema = z.strictObject({
  ...common,
  ...consumerOptions,
  acknowledge: z
    .strictObject({ raisedQuota })
    .prefault({})
    .describe("Exceptions from the rules, each with its reason."),
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
