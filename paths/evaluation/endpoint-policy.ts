import { OWN_ACCOUNT, type PolicyStatement } from "../model/network";
import type { Verdict } from "./trace";

/** A call of an AWS API, as an endpoint policy sees it. */
export interface ApiCall {
  readonly action: string;
  readonly resource: string;
  /** Whether the caller's credentials belong to the environment's account. */
  readonly ownAccount: boolean;
}

/**
 * Whether an endpoint's policy lets a call pass. Conditions on the principal's account are evaluated; others leave it
 * unknown. Source: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies".
 */
export function policyVerdict(policy: readonly PolicyStatement[] | undefined, call: ApiCall): Verdict {
  if (!policy) return "open";
  const applying = policy
    .filter(({ actions, resources }) => matches(actions, call.action) && matches(resources, call.resource))
    .map((statement) => ({ statement, holds: conditionsHold(statement, call) }))
    .filter(({ holds }) => holds !== "closed");
  const denied = applying.filter(({ statement }) => statement.effect === "Deny");
  const allowed = applying.filter(({ statement }) => statement.effect === "Allow");
  if (denied.some(({ holds }) => holds === "open") || allowed.length === 0) return "closed";
  return denied.length === 0 && allowed.some(({ holds }) => holds === "open") ? "open" : "unknown";
}

function conditionsHold({ conditions }: PolicyStatement, { ownAccount }: ApiCall): Verdict {
  for (const { test, values, variable } of conditions) {
    const ownAccountOnly =
      test === "StringEquals" &&
      ["aws:PrincipalAccount", "aws:SourceAccount"].includes(variable) &&
      values.every((value) => value === OWN_ACCOUNT);
    if (!ownAccountOnly) return "unknown";
    if (!ownAccount) return "closed";
  }
  return "open";
}

/** Patterns of IAM; what Terraform fills in, such as the partition, fits everything. */
function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern
      .replace(/<[^>]*>/g, "*")
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(text);
  });
}
