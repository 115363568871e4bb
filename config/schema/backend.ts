import * as z from "zod";
import { domainName, text } from "./primitives";

/** Where each stack keeps its Terraform state. */
export const backend = z.strictObject({
  type: z
    .enum(["s3", "hcp", "local"])
    .default("s3")
    .describe("Type of state storage: an S3 bucket with its own lock file, HCP Terraform, or a local file."),
  s3: z
    .strictObject({
      bucket: text(
        /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
        "3 to 63 lower-case letters, digits and hyphens (dots break TLS host names)",
      )
        .optional()
        .describe("Bucket for the state. Default: <project>-<environment>-tfstate-<accountId>, so it needs accountId."),
      forceDestroy: z.boolean().default(false).describe("Allow destroy to delete the bucket with every state in it."),
    })
    .prefault({})
    .describe("Settings of the s3 backend."),
  hcp: z
    .strictObject({
      organization: text(/^[A-Za-z0-9_-]{3,40}$/, "3 to 40 letters, digits, hyphens and underscores").describe(
        "HCP Terraform organization that owns the workspaces.",
      ),
      hostname: domainName.default("app.terraform.io").describe("Host of HCP Terraform or Terraform Enterprise."),
      project: text(/^[A-Za-z0-9 _-]{3,40}$/, "3 to 40 letters, digits, spaces, hyphens and underscores")
        .optional()
        .describe("HCP Terraform project of the workspaces. Default: the organization's default project."),
    })
    .optional()
    .describe("Settings of the hcp backend; one workspace per stack, named <project>-<stack>-<environment>."),
});
