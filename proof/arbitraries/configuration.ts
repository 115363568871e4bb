import fc from "fast-check";
import type { ConsumerInput, EnvironmentInput } from "../../config/schema";
import { anyConsumer } from "./consumer";
import { anyEnvironment } from "./environment";

/** Content of a configuration folder by file name. */
export interface ConfigurationInput {
  readonly environments: Readonly<Record<string, EnvironmentInput>>;
  readonly consumers: Readonly<Record<string, ConsumerInput>>;
}

/**
 * Valid configurations with every option and every combination of modes: up to two environments and three consumers.
 * Valid by how they are made, not by asking the rules. What names a file that may be missing is left out.
 */
export const anyConfiguration: fc.Arbitrary<ConfigurationInput> = fc
  .tuple(anyEnvironment(0), fc.option(anyEnvironment(1), { nil: undefined }))
  .chain(([first, second]) => {
    const environments = { dev: first, ...(second ? { live: second } : {}) };
    return fc.array(anyConsumer(environments), { maxLength: 3 }).map((consumers) => ({
      environments,
      consumers: Object.fromEntries(
        consumers.map((consumer, index) => [`client-${index + 1}`, inVpcsOfItsOwn(consumer, index)]),
      ),
    }));
  });

/** A VPC has each name once. */
function inVpcsOfItsOwn(consumer: ConsumerInput, index: number): ConsumerInput {
  const ids = JSON.stringify(consumer).replaceAll("vpc-0123456789abcdef", `vpc-${index}123456789abcdef`);
  const own: ConsumerInput = JSON.parse(ids);
  return own.vpc.tags ? { ...own, vpc: { ...own.vpc, tags: { ...own.vpc.tags, number: String(index) } } } : own;
}
