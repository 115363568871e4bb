import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from "@aws-sdk/client-ecr";
import type { Emulator } from "../../../../operations/emulator/emulator";
import { type Context, given, settingsFor, startForTest } from "../network";

const digest = `sha256:${"a".repeat(64)}`;

export function ecr(context: () => Context): void {
  test("a token has the form that the Docker provider expects", async () => {
    const { authorizationData } = await new ECRClient(context().settings).send(new GetAuthorizationTokenCommand({}));
    const [data] = given(authorizationData);
    expect(Buffer.from(given(data?.authorizationToken), "base64").toString()).toMatch(/^AWS:eyJ/);
    expect(given(data?.expiresAt).getTime()).toBeGreaterThan(Date.now());
    expect(data?.proxyEndpoint).toBe("https://123456789012.dkr.ecr.eu-central-1.amazonaws.com");
  });

  describe("with a registry", () => {
    let registry: Server;
    let emulator: Emulator;
    let host: string;
    let client: ECRClient;

    beforeAll(async () => {
      // the two answers of a registry that matter here
      registry = createServer((request, response) => {
        if (request.url === "/v2/app/tags/list") return response.end(JSON.stringify({ name: "app", tags: ["1"] }));
        if (request.url !== "/v2/app/manifests/1") return response.writeHead(404).end();
        response.writeHead(200, {
          "Content-Type": "application/vnd.oci.image.manifest.v1+json",
          "Docker-Content-Digest": digest,
        });
        return response.end(JSON.stringify({ layers: [{ size: 40 }, { size: 2 }] }));
      });
      await new Promise<void>((resolve) => {
        registry.listen(0, "127.0.0.1", resolve);
      });
      host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
      ({ emulator } = await startForTest({ registryHost: host }));
      client = new ECRClient(settingsFor(emulator));
    }, 60_000);

    afterAll(async () => {
      await emulator.stop();
      registry.close();
    });

    test("repositories are in it, and their images are its images", async () => {
      const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: "app" }));
      expect(repository?.repositoryUri).toBe(`${host}/app`);
      const { imageDetails } = await client.send(
        new DescribeImagesCommand({ repositoryName: "app", imageIds: [{ imageDigest: digest }] }),
      );
      expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ["1"], imageSizeInBytes: 42 }]);
      await expect(
        client.send(new DescribeImagesCommand({ repositoryName: "app", imageIds: [{ imageTag: "2" }] })),
      ).rejects.toMatchObject({ name: "ImageNotFoundException" });
      await expect(client.send(new DeleteRepositoryCommand({ repositoryName: "app" }))).rejects.toMatchObject({
        name: "RepositoryNotEmptyException",
      });
      await client.send(new DeleteRepositoryCommand({ repositoryName: "app", force: true }));
    });
  });
}
