import { ConfigurationError, loadConfiguration } from "./config/load";
import { provePathsBeforeWriting } from "./operations/paths/at-synth";
import { buildApp } from "./stacks/app";

try {
  const configuration = loadConfiguration({ files: process.env.CONFIG });
  const app = buildApp(configuration);
  provePathsBeforeWriting(app, configuration);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
