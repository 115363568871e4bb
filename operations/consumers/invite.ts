import { Command } from "commander";
import { runCommand } from "../../engine/command";
import { outdirOption } from "../../engine/deployed-outputs";
import { invitation } from "./invitation";
import { deployedService, knownConsumer, type ServiceOptions } from "./service";

export const command = new Command("invite")
  .description(
    "Prints everything that a consumer needs to connect to an environment's service; nothing in it is secret.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--consumer <name>", "consumer of privatelink.consumers that the invitation is for")
  .option("--json", "print the facts as JSON", false)
  .option(...outdirOption)
  .action(({ consumer, ...options }: ServiceOptions & { readonly consumer?: string }) =>
    runCommand("invite", async (interruption) => {
      // Only the invitation goes to standard output, so that it can be piped.
      const service = await deployedService({ ...options, json: true }, interruption);
      const { consumers, ...facts } = service;
      const guest = consumer === undefined ? undefined : { ...knownConsumer(consumer, consumers), name: consumer };
      // The other consumers are none of this one's business.
      console.log(options.json ? JSON.stringify({ ...facts, ...guest }, undefined, 2) : invitation(service, guest));
      return 0;
    }),
  );
