import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { registryCredentialsItems } from "../../../operations/verify/registry-credentials";
import { environmentOf } from "../../synth";

const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-AbCdEf";
const id = "12345678-1234-4234-8234-123456789012";
const keyArn = `arn:aws:kms:eu-west-1:111122223333:key/${id}`;
const current = { VersionIdsToStages: { first: ["AWSCURRENT"] } };

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => secrets.reset());
afterAll(() => secrets.restore());

async function look(secret: object, key?: string) {
  secrets.on(DescribeSecretCommand, { SecretId: arn }).resolves(secret);
  const image = { uri: "registry.example.com/app:1", credentialsSecretArn: arn, credentialsSecretKeyArn: key };
  const sidecars = {
    proxy: {
      credentialsSecretArn: arn,
      credentialsSecretKeyArn: key,
      image: "registry.example.com/proxy:1",
      memoryMib: 32,
    },
  };
  const items = registryCredentialsItems({
    environment: environmentOf({ application: { image, sidecars } }, "dev"),
    clientOptions: { region: "eu-central-1" },
    consumers: [],
    outputs: {},
    emulated: false,
  });
  expect(items.map(({ item }) => item)).toEqual([expect.stringContaining("registry-AbCdEf")]);
  return items[0]?.look();
}

test.each([
  ["the key is the file's", { ...current, KmsKeyId: id }, keyArn, true],
  ["AWS manages the key", current, undefined, true],
  ["another key encrypts it", { ...current, KmsKeyId: keyArn }, undefined, false],
  ["AWS manages the key, and the file names one", { ...current, KmsKeyId: "alias/aws/secretsmanager" }, keyArn, false],
  ["it has no value yet", { VersionIdsToStages: {} }, undefined, false],
  ["it was deleted", { ...current, DeletedDate: new Date() }, undefined, false],
])("credentials where %s", async (_, secret, key, good) => {
  expect(await look(secret, key)).toMatchObject({ good });
});

test("an environment whose registries ask for none has no such item", () => {
  const environment = environmentOf({}, "dev");
  const clientOptions = { region: "eu-central-1" };
  expect(registryCredentialsItems({ environment, clientOptions, consumers: [], outputs: {}, emulated: false })).toEqual(
    [],
  );
});
