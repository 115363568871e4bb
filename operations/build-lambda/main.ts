import { Command } from "commander";
import { buildLambda } from "../../lambda/build-lambda";
import { FUNCTIONS } from "../../lambda/functions";

export const command = new Command("build-lambda")
  .description(
    "Bundles the Lambda functions, and packs each as a zip file for prebuiltPackage of privatelink.sync and privatelink.consumerConnections.",
  )
  .action(async () => {
    for (const name of FUNCTIONS) await buildLambda(name, false);
  });
