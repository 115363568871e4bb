import { type Check, lookAt } from "./check";
import { computeItems } from "./compute";
import { consumerItems } from "./consumer";
import { dataItems } from "./data";
import { networkItems } from "./network";
import { privatelinkItems } from "./privatelink";
import type { Target } from "./target";

/** Goes through the pattern item by item, all at once. Reads only, and no secret. */
export function verify(target: Target): Promise<Check[]> {
  return lookAt([
    ...networkItems(target),
    ...dataItems(target),
    ...computeItems(target),
    ...privatelinkItems(target),
    ...target.consumers.flatMap((consumer) => consumerItems(target, consumer)),
  ]);
}
