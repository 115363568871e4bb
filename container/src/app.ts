import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { clientOf, type MutualTls } from "./client";
import type { Database } from "./database/database";
import { probeFileSystem } from "./file-system";
import { homePage, itemsPage } from "./pages";
import { type Check, Readiness } from "./readiness";
import type { StaticAssets } from "./static-assets";

export interface AppProps {
  readonly logger: FastifyBaseLogger;
  /** Undefined without a database. */
  readonly database: Database | undefined;
  /** Undefined without a bucket. */
  readonly assets: StaticAssets | undefined;
  /** Folder on the shared file system; undefined without one. */
  readonly fileSystemPath: string | undefined;
  /** How long an idle connection is kept: longer than the load balancer keeps it. */
  readonly keepAliveSeconds: number;
  /** How the load balancer treats clients' certificates; undefined where it asks for none. */
  readonly mutualTls: MutualTls | undefined;
}

/** The application, not yet listening. Closing it lets running requests finish. */
export function createApp(props: AppProps): FastifyInstance {
  const { assets, database, fileSystemPath, keepAliveSeconds, logger, mutualTls } = props;
  const app = Fastify({
    loggerInstance: logger,
    // Longer than the load balancer's idle timeout, or it sends requests into connections that were just closed:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    keepAliveTimeout: keepAliveSeconds * 1_000,
    requestTimeout: 30_000,
    // The ALB is the only client: its word on who asked counts, that of proxies before it doesn't.
    trustProxy: (_address, hop) => hop === 0,
    requestIdHeader: "x-amzn-trace-id",
  });

  const checks: Record<string, Check> = {};
  if (database) checks.database = () => database.checkTls();
  if (fileSystemPath) checks.fileSystem = () => probeFileSystem(fileSystemPath);
  if (assets) checks.bucket = (signal) => assets.probe(signal);
  const readiness = new Readiness(checks);

  let draining = false;
  app.addHook("preClose", async () => {
    draining = true;
  });

  app.addHook("onSend", async (_request, reply) => {
    // Or the connection of a request that was running is kept open, and the stop waits for its idle timeout.
    if (draining) reply.header("connection", "close");
    reply.header("x-content-type-options", "nosniff");
    reply.header("content-security-policy", "default-src 'self'; frame-ancestors 'none'");
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    request.log.error({ err: error }, "request failed");
    // What went wrong inside is for the log, not for the client.
    return reply.code(status).send({ error: "internal error", requestId: request.id });
  });

  // Asked every few seconds by load balancer and ECS: not worth a log line each.
  const quiet = { logLevel: "warn" } as const;

  app.get("/health", quiet, async () => ({ status: "alive" }));

  app.get("/ready", quiet, async (request, reply) => {
    const results = await readiness.run();
    const checks: Record<string, { ok: boolean; milliseconds: number }> = {};
    for (const [name, { error, ...result }] of Object.entries(results)) {
      if (error) request.log.warn({ err: error, check: name }, "not ready");
      checks[name] = result;
    }
    const ready = Object.values(checks).every(({ ok }) => ok);
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ready" : "not ready", checks });
  });

  const has = {
    database: database !== undefined,
    fileSystem: fileSystemPath !== undefined,
    bucket: assets !== undefined,
  };
  app.get("/", async (request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      // What it says of the client is for that client alone.
      .headers(mutualTls ? { "cache-control": "no-store" } : {})
      .send(homePage(has, clientOf(mutualTls, request.headers))),
  );

  if (database) {
    app.get("/items", async (_request, reply) => {
      const items = await database.listItems();
      return reply
        .code(items === undefined ? 503 : 200)
        .type("text/html; charset=utf-8")
        .send(itemsPage(items));
    });
  }

  if (assets) {
    app.get<{ Params: { "*": string } }>("/static/*", async (request, reply) => {
      const asset = await assets.open(request.params["*"], request.headers["if-none-match"]);
      return reply.code(asset.status).headers(asset.headers).send(asset.body);
    });
  }

  return app;
}
