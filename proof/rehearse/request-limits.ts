import { type LimitedConsumer, limitedConsumers, limitRule } from "../../config/request-limits";
import type { Environment } from "../../config/schema";
import { type Check, checked } from "../../operations/verify/check";
import type { BalancedRequest, Emulator, RoutedRequest } from "../lab/emulator";

/** More would take the emulator longer than the answer is worth. */
const mostSent = 5000;

/**
 * Sends as many requests of each limited consumer as it may send, then one more, and one that is another's. The emulated web
 * ACL sees the header that each is sent with; whether AWS WAF sees the one that an ALB adds, an account has to show.
 */
export async function* limitChecks(
  { privatelink }: Environment,
  emulator: Pick<Emulator, "routeRequest">,
  request: Pick<BalancedRequest, "host" | "loadBalancerArn" | "path" | "port">,
): AsyncGenerator<Check> {
  for (const consumer of limitedConsumers(privatelink)) {
    const { action, header, name, requests, value } = consumer;
    const item = `the web ACL ${action === "block" ? "blocks" : "counts"} requests of ${name} above ${requests} in five minutes`;
    if (requests > mostSent) {
      yield { item, status: "not applicable", saw: `a rehearsal sends ${mostSent} requests at most` };
      continue;
    }
    const send = (text: string, times = 1) => emulator.routeRequest({ ...request, headers: { [header]: text }, times });
    const within = await send(value, requests);
    const above = await send(value);
    const other = await send(`${value}-of-another`);
    const saw = `${described(within)} up to ${requests} requests, ${described(above)} above, ${described(other)} for another consumer`;
    const good = isLimited(consumer, within, above, other);
    yield checked(item, good, saw, "modules/compute/request-limits.ts makes the rules");
  }
}

/** Whether only the request above the limit was stopped, or counted. */
export function isLimited(
  { action, name }: Pick<LimitedConsumer, "action" | "name">,
  ...[within, above, other]: readonly [RoutedRequest, RoutedRequest, RoutedRequest]
): boolean {
  const matched = ({ webAclRules = [] }: RoutedRequest) => webAclRules.includes(limitRule({ name }));
  if (![within, other].every((each) => passed(each) && !matched(each))) return false;
  return matched(above) && (action === "block" ? above.status === 429 : passed(above));
}

const passed = ({ action, task }: RoutedRequest): boolean => action === "forward" && task !== undefined;

const described = (routed: RoutedRequest): string =>
  passed(routed) ? "reached a task" : `got ${routed.status ?? "no answer"}`;
