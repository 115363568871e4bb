import { EC2Client } from "@aws-sdk/client-ec2";
import { Command } from "commander";
import { table } from "../rehearse/table";
import { age, type Connection, type Decision, select } from "./connections";
import { endpointConnections } from "./endpoint-connections";
import { readService } from "./service";

interface ServiceOptions {
  readonly env: string;
  readonly outdir: string;
  readonly serviceId?: string;
  readonly region?: string;
}

const program = new Command("npm run connections --")
  .description("Endpoint connections of an environment's service: who is connected, who waits, accept, reject.")
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--outdir <folder>", "folder that CDKTF synthesized into", "cdktf.out")
  .option("--service-id <id>", "the service, where the stack's outputs are gone: after a destroy that was refused")
  .option("--region <region>", "its Region, with --service-id (default: AWS_REGION)");

program
  .command("list")
  .description("connections with owner, state, age, and whether the owner may still create endpoints")
  .option("--json", "print JSON", false)
  .action(async ({ json }: { readonly json: boolean }) => {
    const { connections } = await open(program.opts<ServiceOptions>());
    print(await connections(), json);
  });

decisionCommand("accept", "lets connections in: endpoint ids, or everything of an account that waits");
decisionCommand(
  "reject",
  "refuses or ends connections: endpoint ids, everything of an account, or of all before the service is destroyed",
).option("--all", "every connection");

function decisionCommand(decision: Decision, description: string): Command {
  return program
    .command(decision)
    .description(description)
    .argument("[endpoint-id...]")
    .option("--account <id>", "account that owns the endpoints")
    .option("--json", "print JSON", false)
    .action(async (endpointIds: string[], options: { account?: string; all?: boolean; json: boolean }) => {
      const { connections, decide } = await open(program.opts<ServiceOptions>());
      const selected = select(await connections(), decision, { ...options, endpointIds }).map(
        ({ endpointId }) => endpointId,
      );
      const refused = await decide(decision, selected);
      const after = await connections();
      print(
        after.filter(({ endpointId }) => selected.includes(endpointId)),
        options.json,
      );
      for (const { Error: error, ResourceId } of refused) {
        console.error(`${decision}: ${ResourceId}: ${error?.Message} (${error?.Code})`);
      }
      if (refused.length > 0) process.exitCode = 1;
    });
}

/** Finds the service and what can be done with its connections. */
async function open(options: ServiceOptions) {
  const { region, serviceId } = options.serviceId
    ? { region: options.region, serviceId: options.serviceId }
    : await readService(options.env, options.outdir);
  return endpointConnections(new EC2Client(region ? { region } : {}), serviceId);
}

function print(connections: readonly Connection[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify(connections, undefined, 2));
    return;
  }
  if (connections.length === 0) {
    console.log("no connections");
    return;
  }
  const now = new Date();
  console.log(
    table(
      ["endpoint", "owner", "state", "age", "Region", "allowed"],
      connections.map(({ allowed, createdAt, endpointId, owner, region, state }) => [
        endpointId,
        owner,
        state,
        createdAt ? age(createdAt, now) : "–",
        region ?? "–",
        allowed === undefined ? "see organization" : allowed ? "yes" : "no",
      ]),
    ),
  );
  const leftover = connections.filter(({ allowed, state }) => allowed === false && state === "available");
  for (const owner of new Set(leftover.map(({ owner }) => owner))) {
    console.log(
      `\n${owner} may no longer create endpoints, but is still connected; end it: npm run connections -- --env ${program.opts<ServiceOptions>().env} reject --account ${owner}`,
    );
  }
}

program.parseAsync().catch((error: unknown) => {
  console.error(`connections: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
