import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Of the one image, `app:1`. */
export const digest = `sha256:${"a".repeat(64)}`;

/** The two answers of an image registry that the emulator asks for. */
export async function startRegistry(): Promise<{ host: string; server: Server }> {
  const server = createServer((request, response) => {
    if (request.url === "/v2/app/tags/list") return response.end(JSON.stringify({ name: "app", tags: ["1"] }));
    if (request.url !== "/v2/app/manifests/1") return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": "application/vnd.oci.image.manifest.v1+json",
      "Docker-Content-Digest": digest,
    });
    return response.end(JSON.stringify({ layers: [{ size: 40 }, { size: 2 }] }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
