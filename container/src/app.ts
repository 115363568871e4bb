import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Pool } from "pg";
import { probeFileSystem } from "./file-system";
import { listItems } from "./items";
import { homePage, itemsPage } from "./pages";
import { Readiness } from "./readiness";
import type { StaticAssets } from "./static-assets";

export interface AppProps {
  readonly logger: FastifyBaseLogger;
  readonly pool: Pool;
  readonly assets: StaticAssets;
  /** Folder on the shared file system. */
  readonly fileSystemPath: string;
}

/** The application, not yet listening. Closing it lets running requests finish. */
export function createApp({ logger, pool, assets, fileSystemPath }: AppProps): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    // Longer than the load balancer's idle timeout (60 s), or it sends requests into connections that were just closed:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    keepAliveTimeout: 75_000,
    requestTimeout: 30_000,
    // The ALB is the only client: its word on who asked counts, that of proxies before it doesn't.
    trustProxy: (_address, hop) => hop === 0,
    requestIdHeader: "x-amzn-trace-id",
  });

  const readiness = new Readiness({
    database: async () => {
      const { rows } = await pool.query<{ ssl: boolean }>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
      if (rows[0]?.ssl !== true) throw new Error("connection without TLS");
    },
    fileSystem: () => probeFileSystem(fileSystemPath),
    bucket: (signal) => assets.probe(signal),
  });

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

  app.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(homePage()));

  app.get("/items", async (_request, reply) => {
    const items = await listItems(pool);
    return reply
      .code(items === undefined ? 503 : 200)
      .type("text/html; charset=utf-8")
      .send(itemsPage(items));
  });

  app.get<{ Params: { "*": string } }>("/static/*", async (request, reply) => {
    const asset = await assets.open(request.params["*"], request.headers["if-none-match"]);
    return reply.code(asset.status).headers(asset.headers).send(asset.body);
  });

  return app;
}
