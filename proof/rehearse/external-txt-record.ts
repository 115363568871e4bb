import {
  DescribeVpcEndpointServiceConfigurationsCommand,
  EC2Client,
  StartVpcEndpointServicePrivateDnsVerificationCommand,
} from "@aws-sdk/client-ec2";
import { ChangeResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import { stackId } from "../../config/stack-ids";
import { type Check, checked } from "../../operations/verify/check";
import type { SynthesizedStack } from "../../synth/stacks";
import { DEFAULT_ACCOUNT } from "../lab/emulator";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

/** A public zone that no stack names. */
const ZONE = "Z0EXTERNALRECORDZONE";

/**
 * Does what the owner of a domain does whose records are kept elsewhere: creates the TXT record that the stack's output
 * names, and has it verified. Undefined where the stack creates the record itself, or there is no name.
 */
export function externalTxtRecordStep(options: LookOptions): Alongside | undefined {
  const { environment, stacks } = options;
  const { privateDns } = environment.privatelink;
  const service = stacks.find(({ id }) => id === stackId("privatelink-service", environment));
  if (service === undefined || privateDns === undefined || privateDns.publicZoneId !== undefined) return undefined;
  return {
    ...checkStep("TXT record elsewhere", () => createRecord(options, service, privateDns.name), options),
    dependencies: [service.id],
  };
}

async function* createRecord(
  { clientOptions, emulator, environment, terraform }: LookOptions,
  stack: SynthesizedStack,
  name: string,
): AsyncGenerator<Check> {
  const { privateDnsVerificationRecord, serviceId } = await terraform.outputs(stack);
  const record = privateDnsVerificationRecord as { readonly name: string; readonly value: string };
  const { accountId: account = DEFAULT_ACCOUNT, region } = environment;
  await emulator.giveHostedZone({ account, region, id: ZONE, name });
  const ResourceRecords = [{ Value: JSON.stringify(record.value) }];
  const ResourceRecordSet = { Name: record.name, Type: "TXT" as const, TTL: 300, ResourceRecords };
  await new Route53Client(clientOptions).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: ZONE,
      ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet }] },
    }),
  );
  const ec2 = new EC2Client(clientOptions);
  const ServiceId = String(serviceId);
  await ec2.send(new StartVpcEndpointServicePrivateDnsVerificationCommand({ ServiceId }));
  const { ServiceConfigurations: [found] = [] } = await ec2.send(
    new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }),
  );
  const state = found?.PrivateDnsNameConfiguration?.State;
  const item = "the TXT record of the stack's output, created by the domain's owner, verifies the private DNS name";
  yield checked(item, state === "verified", `${record.name}: ${state}`, "modules/privatelink/private-dns-name.ts");
}
