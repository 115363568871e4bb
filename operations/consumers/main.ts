import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EC2Client } from "@aws-sdk/client-ec2";
import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "../../engine/command";
import { outdirOption } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";
import { type Decision, refuseEmpty, refuseMisspelt, remarks, select, withConsumers } from "./connections";
import { endpointConnections } from "./endpoint-connections";
import { csv, type Listed, listTable, withCostCentres, withTraffic } from "./listing";
import { deployedService, type ServiceOptions } from "./service";
import { type Period, periodOf, readTraffic } from "./traffic";

interface ListOptions {
  readonly cost?: number;
  readonly csv?: boolean;
  readonly json: boolean;
  readonly traffic?: Period;
}

interface ConnectionsOptions extends ServiceOptions {
  readonly serviceId?: string;
  readonly region?: string;
}

export const command = new Command("connections")
  .description("Lists, accepts and rejects endpoint connections of an environment's service.")
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option(...outdirOption)
  .option(
    "--service-id <id>",
    "endpoint service id, if the stack's outputs no longer exist: after a destroy that was refused",
  )
  .option("--region <region>", "its Region, with --service-id (default: AWS_REGION)");

command
  .command("list")
  .description("connections with owner, consumer, state, age, and whether the owner may still create endpoints")
  .option(
    "--traffic <time>",
    "also bytes, new connections, resets and share of a time span (24h, 7d) or a month (2026-10)",
    toPeriod,
  )
  .option("--cost <amount>", "with --traffic: an amount to divide by bytes, e.g. of AWS's bill", toAmount)
  .addOption(new Option("--csv", "print a row for each connection, for a spreadsheet").conflicts("json"))
  .option("--json", "print JSON", false)
  .action((wanted: ListOptions) =>
    runCommand("connections", async (interruption) => {
      const { cost, csv: asCsv, json, traffic } = wanted;
      if (cost !== undefined && traffic === undefined) throw new Error("--cost divides by bytes: give --traffic also");
      const { client, connections, service } = await open(json || asCsv === true, interruption);
      const found = withConsumers(await connections(), service.consumers);
      const ids = found.map(({ endpointId }) => endpointId);
      const listed = traffic
        ? withTraffic(found, await readTraffic(client.cloudWatch, service.serviceId, ids, traffic), cost)
        : found;
      if (asCsv) console.log(csv(withCostCentres(listed, service.consumers)));
      else print(listed, json);
      if (!json && !asCsv) for (const remark of remarks(found, service, new Date())) console.log(`\n${remark}`);
      return 0;
    }),
  );

decisionCommand("accept", "lets connections in: endpoint ids, or everything of an account that waits");
decisionCommand(
  "reject",
  "refuses or ends connections: endpoint ids, everything of an account, or of all before the service is destroyed",
).option("--all", "every connection");

function decisionCommand(decision: Decision, description: string): Command {
  return command
    .command(decision)
    .description(description)
    .argument("[endpoint-id...]")
    .option("--account <id>", "account that owns the endpoints")
    .option("--json", "print JSON", false)
    .action((endpointIds: string[], options: { account?: string; all?: boolean; json: boolean }) =>
      runCommand("connections", async (interruption) => {
        refuseEmpty(decision, { ...options, endpointIds });
        refuseMisspelt({ ...options, endpointIds });
        const { connections, decide, service } = await open(options.json, interruption);
        const selected = select(await connections(), decision, { ...options, endpointIds }).map(
          ({ endpointId }) => endpointId,
        );
        const refused = await decide(decision, selected);
        const after = withConsumers(await connections(), service.consumers);
        print(
          after.filter(({ endpointId }) => selected.includes(endpointId)),
          options.json,
        );
        for (const { Error: error, ResourceId } of refused) {
          console.error(`${decision}: ${ResourceId}: ${error?.Message} (${error?.Code})`);
        }
        return refused.length > 0 ? 1 : 0;
      }),
    );
}

/** Finds the service and what can be done with its connections. */
async function open(json: boolean, interruption: Interruption) {
  const options = command.opts<ConnectionsOptions>();
  const service = options.serviceId
    ? { region: options.region, serviceId: options.serviceId, consumers: {}, availabilityZoneIds: [] }
    : await deployedService({ ...options, json }, interruption);
  const { region, serviceId } = service;
  const inRegion = region ? { region } : {};
  const client = { cloudWatch: new CloudWatchClient(inRegion) };
  return { ...endpointConnections(new EC2Client(inRegion), serviceId), client, service };
}

function print(connections: readonly Listed[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify(connections, undefined, 2));
    return;
  }
  if (connections.length === 0) {
    console.log("no connections");
    return;
  }
  console.log(listTable(connections, new Date()));
  const leftover = connections.filter(({ allowed, state }) => allowed === false && state === "available");
  for (const owner of new Set(leftover.map(({ owner }) => owner))) {
    console.log(
      `\n${owner} may no longer create endpoints, but is still connected; end it: npx ecs-privatelink connections --env ${command.opts<ConnectionsOptions>().env} reject --account ${owner}`,
    );
  }
}

function toPeriod(text: string): Period {
  const period = periodOf(text, new Date());
  if (typeof period === "string") throw new InvalidArgumentError(`allowed is ${period}`);
  return period;
}

function toAmount(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("allowed is an amount such as 1234.50");
  return Number(text);
}
