import {
  Wafv2WebAcl,
  type Wafv2WebAclRule,
  type Wafv2WebAclVisibilityConfig,
} from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Construct } from "constructs";
import {
  identifyingHeaders,
  type LimitedConsumer,
  limitRule,
  UNIDENTIFIED,
  webAclName,
} from "../../config/request-limits";

export interface RequestLimitsProps {
  readonly prefix: string;
  /** At least one. */
  readonly consumers: readonly LimitedConsumer[];
}

/** The window of a limit; also what AWS WAF takes where nothing is said. */
const windowSeconds = 300;

/** Compared as it is: header values have a case. Statements are in Terraform's own names, which the binding hands on as they are. */
const text_transformation = [{ priority: 0, type: "NONE" }];

/**
 * A web ACL with a rate-based rule for each consumer, and one that counts requests of which nothing tells the consumer: by it
 * an operator sees whether the limits see what they go by. Everything passes that no limit stops.
 * Source: AWS WAF Developer Guide, "Using rate-based rule statements in AWS WAF"
 */
export class RequestLimits extends Construct {
  readonly webAcl: Wafv2WebAcl;

  constructor(scope: Construct, id: string, { consumers, prefix }: RequestLimitsProps) {
    super(scope, id);
    const name = webAclName(prefix);
    this.webAcl = new Wafv2WebAcl(this, "web-acl", {
      name,
      description: "Limits of requests for each consumer",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rule: [...consumers.map(limit), unidentified(consumers)],
      visibilityConfig: metric(name),
      tags: { Name: name },
    });
  }
}

/** Sampled requests would show headers, and with them tokens of the application, to everyone who may read the web ACL. */
const metric = (metricName: string): Wafv2WebAclVisibilityConfig => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});

const limit = (consumer: LimitedConsumer, priority: number): Wafv2WebAclRule => ({
  name: limitRule(consumer),
  priority,
  // A client that gets 429 knows that it may ask again later; the status that AWS WAF answers by itself is 403.
  action: consumer.action === "block" ? { block: { customResponse: { responseCode: 429 } } } : { count: {} },
  statement: {
    rate_based_statement: {
      limit: consumer.requests,
      evaluation_window_sec: windowSeconds,
      // All requests that the statement below matches are counted together.
      aggregate_key_type: "CONSTANT",
      scope_down_statement: {
        byte_match_statement: {
          field_to_match: { single_header: { name: consumer.header } },
          positional_constraint: "EXACTLY",
          search_string: consumer.value,
          text_transformation,
        },
      },
    },
  },
  visibilityConfig: metric(limitRule(consumer)),
});

function unidentified(consumers: readonly LimitedConsumer[]): Wafv2WebAclRule {
  const without = identifyingHeaders(consumers).map((name) => ({
    not_statement: {
      statement: [
        {
          size_constraint_statement: {
            field_to_match: { single_header: { name } },
            comparison_operator: "GT",
            size: 0,
            text_transformation,
          },
        },
      ],
    },
  }));
  const [only, ...more] = without;
  return {
    name: UNIDENTIFIED,
    priority: consumers.length,
    action: { count: {} },
    statement: more.length === 0 ? only : { and_statement: { statement: without } },
    visibilityConfig: metric(UNIDENTIFIED),
  };
}
