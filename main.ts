import { ConfigurationError, loadConfiguration } from "./config/load";
import { buildApp } from "./stacks/app";

try {
  buildApp(loadConfiguration({ files: process.env.CONFIG })).synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
