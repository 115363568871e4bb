import { DataAwsResourcegroupstaggingapiResources } from "@cdktf/provider-aws/lib/data-aws-resourcegroupstaggingapi-resources";
import type { Construct } from "constructs";
import type { DataPart } from "../../config/derive";

/** Type of the resource that holds the data, as the Resource Groups Tagging API has it. */
const types: Readonly<Record<DataPart, string>> = {
  database: "rds:db",
  fileSystem: "elasticfilesystem:file-system",
  staticAssets: "s3",
};

export interface LeftOverDataProps {
  /** Tags of the stack's resources. */
  readonly tags: Readonly<Record<string, string>>;
  /** Parts that the configuration does not create. */
  readonly parts: readonly DataPart[];
}

/**
 * Terraform deletes what has left the configuration, and `prevent_destroy` leaves with it. So the plan stops while
 * something is there that an earlier configuration has created.
 */
export const refuseLeftOverData = (scope: Construct, { parts, tags }: LeftOverDataProps) =>
  new DataAwsResourcegroupstaggingapiResources(scope, "left-over-data", {
    resourceTypeFilters: parts.map((part) => types[part]),
    tagFilter: Object.entries(tags).map(([key, value]) => ({ key, values: [value] })),
    lifecycle: {
      postcondition: [
        {
          condition: "${length(self.resource_tag_mapping_list) < 1}",
          errorMessage: `This plan would delete data of production: \${join(", ", self.resource_tag_mapping_list[*].resource_arn)}. Set use: create again for ${parts.join(", ")}, or give the reason in acknowledge.dataRemoval.`,
        },
      ],
    },
  });

export interface LeftOverInstanceProps extends Pick<LeftOverDataProps, "tags"> {
  readonly prefix: string;
}

/** The same where a cluster takes the place of an instance of RDS, which is another resource to Terraform. */
export const refuseLeftOverInstance = (scope: Construct, { prefix, tags }: LeftOverInstanceProps) =>
  new DataAwsResourcegroupstaggingapiResources(scope, "left-over-instance", {
    resourceTypeFilters: [types.database],
    tagFilter: Object.entries(tags).map(([key, value]) => ({ key, values: [value] })),
    lifecycle: {
      postcondition: [
        {
          condition: `\${length([for each in self.resource_tag_mapping_list : each if endswith(each.resource_arn, ":db:${prefix}-database")]) < 1}`,
          errorMessage: `This plan would delete data of production: the RDS instance ${prefix}-database. Set data.database.engine back, or move the data and give the reason in acknowledge.dataRemoval.`,
        },
      ],
    },
  });
