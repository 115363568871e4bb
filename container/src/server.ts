import { S3Client } from "@aws-sdk/client-s3";
import { Pool } from "pg";
import { pino } from "pino";
import { createApp } from "./app";
import { connectionOptions } from "./database";
import { type ServerSettings, SettingsError, serverSettings } from "./settings";
import { StaticAssets } from "./static-assets";

async function main(): Promise<void> {
  const settings = serverSettings(process.env);
  const logger = pino({ level: settings.LOG_LEVEL });
  const pool = new Pool({
    ...connectionOptions(settings),
    max: 10,
    query_timeout: 5_000,
    application_name: "sample-application",
  });
  // Idle connections break when the database fails over; the pool opens new ones by itself.
  pool.on("error", (error) => logger.warn({ err: error }, "idle database connection lost"));
  const s3 = new S3Client({ region: settings.AWS_REGION, requestHandler: { requestTimeout: 5_000 } });
  const app = createApp({
    logger,
    pool,
    assets: new StaticAssets(s3, settings.STATIC_BUCKET),
    fileSystemPath: settings.FILE_SYSTEM_PATH,
  });
  await app.listen({ host: "0.0.0.0", port: settings.PORT });

  const stop = async (signal: NodeJS.Signals) => {
    logger.info({ signal }, "draining: no new connections, running requests finish");
    giveUpAfter(settings, () => logger.error("requests still running: ending them"));
    await app.close();
    await pool.end();
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
