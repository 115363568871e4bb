import { givePrerequisites } from "../../../proof/rehearse/prerequisites";
import { consumerOf, environmentOf } from "../../synth";

function giver() {
  const given: object[] = [];
  const give = (kind: string) => async (what: object) => {
    given.push({ kind, ...what });
  };
  return {
    given,
    giveBoundary: give("boundary"),
    giveCertificate: give("certificate"),
    giveHostedZone: give("zone"),
    giveParameter: give("parameter"),
    giveSecret: give("secret"),
  };
}

const arn = "arn:aws:iam::111122223333:policy/limits";

test("boundaries of the environment and of its consumers are there, each in its account and Region", async () => {
  const emulated = giver();
  const iam = { permissionsBoundaryArn: arn };
  const environment = environmentOf({ iam, accountId: "111122223333", region: "eu-central-1" }, "dev");
  const service = { environment: "dev" };
  const consumer = consumerOf(
    { region: "eu-west-1", accountId: "111122223333", iam, service, vpc: { cidr: "10.90.0.0/24" } },
    "far",
  );
  await givePrerequisites({ environments: [environment], consumers: [consumer] }, emulated);
  expect(emulated.given).toEqual([
    { kind: "boundary", account: "111122223333", region: "eu-central-1", arn },
    { kind: "boundary", account: "111122223333", region: "eu-west-1", arn },
  ]);
});

test("images that pipelines have written, and secrets with the keys that are read of them, are there", async () => {
  const emulated = giver();
  const place = { accountId: "111122223333", region: "eu-central-1" } as const;
  const repository = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app";
  const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/stripe-AbCdEf";
  const application = {
    image: { parameter: { name: "/prod/app/image", repository } },
    secrets: { KEY: { secretsManager: secret, jsonKey: "apiKey" }, TOKEN: { parameter: "/prod/app/token" } },
  };
  await givePrerequisites({ environments: [environmentOf({ ...place, application }, "dev")], consumers: [] }, emulated);
  expect(emulated.given).toMatchObject([
    { kind: "parameter", name: "/prod/app/image", type: "String", value: `${repository}@sha256:${"1".repeat(64)}` },
    { kind: "parameter", name: "/prod/app/token", type: "SecureString" },
    { kind: "secret", arn: secret, value: expect.stringContaining('"apiKey"') },
  ]);
});

test("credentials of a registry are there, once for all images", async () => {
  const emulated = giver();
  const credentialsSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:registry-AbCdEf";
  const image = { uri: "registry.example.com/app:1", credentialsSecretArn };
  const sidecars = { proxy: { image: "registry.example.com/proxy:1", memoryMib: 32, credentialsSecretArn } };
  await givePrerequisites(
    { environments: [environmentOf({ application: { image, sidecars } }, "dev")], consumers: [] },
    emulated,
  );
  expect(emulated.given).toEqual([
    { kind: "secret", arn: credentialsSecretArn, value: expect.stringMatching(/"username":.*"password":/) },
  ]);
});

test("nothing is given that no file names", async () => {
  const emulated = giver();
  await givePrerequisites({ environments: [environmentOf({}, "dev")], consumers: [] }, emulated);
  expect(emulated.given).toEqual([]);
});
