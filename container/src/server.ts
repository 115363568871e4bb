import { S3Client } from "@aws-sdk/client-s3";
import { pino } from "pino";
import { createApp } from "./app";
import { openDatabase } from "./database/database";
import { type ServerSettings, SettingsError, serverSettings } from "./settings";
import { StaticAssets } from "./static-assets";

async function main(): Promise<void> {
  const settings = serverSettings(process.env);
  const logger = pino({ level: settings.LOG_LEVEL });
  const database =
    settings.database &&
    (await openDatabase(settings.database, (error) => logger.warn({ err: error }, "idle database connection lost")));
  const s3 = new S3Client({
    region: settings.AWS_REGION,
    // Without the last one, the SDK only warns when the time is over.
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const app = createApp({
    logger,
    database,
    assets: settings.STATIC_BUCKET ? new StaticAssets(s3, settings.STATIC_BUCKET, settings.STATIC_PREFIX) : undefined,
    fileSystemPath: settings.FILE_SYSTEM_PATH,
    keepAliveSeconds: settings.KEEP_ALIVE_SECONDS,
    mutualTls: settings.MUTUAL_TLS,
  });
  await app.listen({ host: "0.0.0.0", port: settings.PORT });

  const stop = async (signal: NodeJS.Signals) => {
    logger.info({ signal }, "draining: no new connections, running requests finish");
    giveUpAfter(settings, () => logger.error("requests still running: ending them"));
    await app.close();
    await database?.end();
    s3.destroy();
    logger.info("stopped");
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** ECS kills the process after its stop timeout, without a word; this is earlier and says so. */
function giveUpAfter(settings: ServerSettings, say: () => void): void {
  setTimeout(() => {
    say();
    process.exit(1);
  }, settings.DRAIN_SECONDS * 1_000).unref();
}

main().catch((error: unknown) => {
  const logger = pino();
  if (error instanceof SettingsError) logger.fatal(error.message);
  else logger.fatal({ err: error }, "start failed");
  process.exit(1);
});
