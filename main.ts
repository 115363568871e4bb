import { ConfigurationError, loadConfiguration } from "./config/load";
import { buildApp } from "./stacks/app";

// CDKTF takes a stack trace for each token; mapping them to TypeScript lines would cost a third of the run.
process.setSourceMapsEnabled(false);

try {
  buildApp(loadConfiguration({ files: process.env.CONFIG })).synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
