import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

export interface Bucket {
  readonly name: string;
  /** Environment variables that send the AWS SDK here. */
  readonly environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * The part of Amazon S3 that reading needs, over HTTP, with a folder's files as objects of one bucket.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function serveBucket(folder: string): Promise<Bucket> {
  const name = "static-assets";
  const server = createServer((request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(`/${name}/`.length);
    const file = join(folder, key);
    if (request.method !== "GET" || key === "" || !existsSync(file)) {
      response.writeHead(404, { "content-type": "application/xml" });
      response.end("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>");
      return;
    }
    const content = readFileSync(file);
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    const headers = {
      etag,
      "content-type": key.endsWith(".css") ? "text/css" : "image/svg+xml",
      "cache-control": "max-age=300",
    };
    if (request.headers["if-none-match"] === etag) response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    name,
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${address.port}`,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      STATIC_BUCKET: name,
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
