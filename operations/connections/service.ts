import { z } from "zod";
import { deployedOutputs } from "../terraform/deployed-outputs";

/** Outputs of the privatelink-service stack that other tools read. */
const endpointService = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  region: z.string(),
  supportedRegions: z.array(z.string()).default([]),
  availabilityZoneIds: z.array(z.string()),
  ports: z.array(z.number()),
  acceptanceRequired: z.boolean(),
  privateDnsName: z.string().optional(),
});

/** A deployed endpoint service. */
export type EndpointService = z.output<typeof endpointService>;

/**
 * Reads an environment's endpoint service from the outputs of its stack.
 *
 * @param outdir folder that CDKTF synthesized into
 * @param readOutputs gives a stack directory's outputs; for tests
 * @throws Error that says what to do if the stack is not synthesized, not initialized or not deployed
 */
export async function readService(
  environment: string,
  outdir: string,
  readOutputs?: (stackDirectory: string) => Promise<Record<string, unknown>>,
): Promise<EndpointService> {
  const stack = `privatelink-service-${environment}`;
  const outputs = await deployedOutputs("privatelink-service", environment, outdir, readOutputs);
  const service = endpointService.safeParse(outputs);
  if (service.success) return service.data;
  const [issue] = service.error.issues;
  throw new Error(
    outputs.serviceId === undefined
      ? `${stack} has no outputs, because it is not deployed (npx cdktf deploy ${stack}) or a destroy has begun (give --service-id and --region)`
      : `${stack} has outputs of another version (${issue?.path.join(".")}): npx cdktf deploy ${stack}`,
  );
}
