import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from "@aws-sdk/client-ecr";
import { type Context, given } from "../network";
import { digest } from "../registry";

export function ecr(context: () => Context): void {
  test("a token has the form that the Docker provider expects", async () => {
    const { authorizationData } = await new ECRClient(context().settings).send(new GetAuthorizationTokenCommand({}));
    const [data] = given(authorizationData);
    expect(Buffer.from(given(data?.authorizationToken), "base64").toString()).toMatch(/^AWS:eyJ/);
    expect(given(data?.expiresAt).getTime()).toBeGreaterThan(Date.now());
    expect(data?.proxyEndpoint).toBe(`http://${context().registryHost}`);
  });

  test("repositories are in the registry, and their images are its images", async () => {
    const client = new ECRClient(context().settings);
    const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    expect(repository?.repositoryUri).toBe(`${context().registryHost}/app`);
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
}
