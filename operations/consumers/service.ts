import * as z from "zod";
import { unknownName } from "../../config/closest";
import { PRIVATELINK_IDLE_SECONDS } from "../../config/derive";
import { stackId } from "../../config/stack-ids";
import { configurationOf, deployedOutputs, type Outputs } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";

/** A consumer as the stack's output tells of it. */
const consumerOutput = z.object({
  accounts: z.array(z.string()),
  automatically: z.boolean(),
  atMostEndpoints: z.number(),
  availabilityZoneIds: z.array(z.string()).optional(),
  contact: z.string().optional(),
  costCentre: z.string().optional(),
  until: z.string().optional(),
  ownName: z.string().optional(),
});

export type KnownConsumer = z.output<typeof consumerOutput>;

/** Outputs of the privatelink-service stack that other tools read. */
const endpointService = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  region: z.string(),
  supportedRegions: z.array(z.string()).default([]),
  availabilityZoneIds: z.array(z.string()),
  supportedIpAddressTypes: z.array(z.string()).optional(),
  mutualTls: z.enum(["verify", "passthrough"]).optional(),
  /** Missing where an earlier version deployed the service. */
  idleSeconds: z.number().default(PRIVATELINK_IDLE_SECONDS),
  ports: z.array(z.number()),
  acceptanceRequired: z.boolean(),
  consumers: z.record(z.string(), consumerOutput).default({}),
  privateDnsName: z.string().optional(),
});

/** A deployed endpoint service. */
export type EndpointService = z.output<typeof endpointService>;

/**
 * Reads an environment's endpoint service from the outputs of its stack.
 *
 * @param outputs of the privatelink-service stack
 * @throws Error that says what to do if the stack is not deployed, or was by another version
 */
export function readService(environment: string, outputs: Outputs): EndpointService {
  const stack = stackId("privatelink-service", { name: environment });
  const service = endpointService.safeParse(outputs);
  if (service.success) return service.data;
  const [issue] = service.error.issues;
  throw new Error(
    outputs.serviceId === undefined
      ? `${stack} has no outputs: it is not deployed, or a destroy has begun. In the second case give --service-id and --region`
      : `${stack} was deployed by another version of this project: its output ${issue?.path.join(".")} does not fit. Use that version, or deploy this one`,
  );
}

/** @throws Error that names those there are, if the service does not know the consumer */
export function knownConsumer(name: string, consumers: EndpointService["consumers"]): KnownConsumer {
  const consumer = consumers[name];
  if (consumer === undefined) throw new Error(unknownName("consumer", name, Object.keys(consumers)));
  return consumer;
}

export interface ServiceOptions {
  readonly env: string;
  readonly outdir?: string;
  readonly json?: boolean;
}

/** The endpoint service of an environment, from its state. */
export async function deployedService(
  { env, json, outdir }: ServiceOptions,
  interruption: Interruption,
): Promise<EndpointService> {
  const configuration = configurationOf(env, outdir);
  const stack = stackId("privatelink-service", { name: env });
  const outputs = await deployedOutputs({
    configuration,
    environment: env,
    stacks: [stack],
    outdir,
    quiet: json ?? false,
    interruption,
  });
  return readService(env, outputs.get(stack) ?? {});
}
