import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Construct } from "constructs";

/** Trust of a role that a service takes on for resources of this account alone. */
export const serviceTrust = (scope: Construct, service: string, accountId: string): string =>
  new DataAwsIamPolicyDocument(scope, "trust", {
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: [service] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
      },
    ],
  }).json;
