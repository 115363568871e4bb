import { nextStep, nextStepOfCall } from "../../../engine/terraform/next-step";

const stack = { id: "network-dev", directory: "cdktf.out/stacks/network-dev" };

test.each([
  [
    "Error acquiring the state lock\nLock Info:\n  ID:        6f1e-22\n  Path: …",
    /terraform -chdir=cdktf\.out\/stacks\/network-dev force-unlock 6f1e-22$/,
  ],
  ['S3 bucket "x" does not exist.', /npx ecs-privatelink bootstrap --env dev/],
  ["api error ExpiredToken: the token has expired", /get credentials/],
  ["AWS account ID not allowed: 999988887777", /accountId of the YAML file/],
  [
    "Error: Instance cannot be destroyed\nResource aws_db_instance.x has lifecycle.prevent_destroy set",
    /acknowledge\.unprotectedDeletion of config\/environments\/dev\.yaml$/,
  ],
  [
    "api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-central-1.sqss' does not exist",
    /additionalInterfaceEndpoints of config\/environments\/dev\.yaml/,
  ],
  ["api error AccessDenied: no", /npx ecs-privatelink deploy-roles/],
  ["write stack.tfplan: no space left on device", /make room/],
  ["Failed to persist state; see errored.tfstate", /state push errored\.tfstate/],
  ["api error Throttling: Rate exceeded", /run the command again/],
  ["StatusCode: 503", /run the command again/],
  ["an error without a rule of its own", /run the command again/],
])("the next step after %j", (details, expected) => {
  expect(nextStep(stack, details)).toMatch(expected);
});

test("a state bucket belongs to an environment, whatever its name, or to a consumer", () => {
  const said = 'S3 bucket "x" does not exist.';
  const step = (id: string) => nextStep({ id, directory: "" }, said);
  expect(step("privatelink-service-my-dev")).toMatch(/bootstrap --env my-dev$/);
  expect(step("consumer-endpoint-team-a")).toMatch(/backend\.s3\.bucket of config\/consumers\/team-a\.yaml$/);
});

test("a call of AWS without credentials or without a network has a next step; one that says all itself has none", () => {
  const without = Object.assign(new Error("Could not load credentials from any providers"), {
    name: "CredentialsProviderError",
  });
  expect(nextStepOfCall(without)).toMatch(/aws sso login/);
  expect(nextStepOfCall(new Error("getaddrinfo ENOTFOUND ecs.eu-central-1.amazonaws.com"))).toMatch(/HTTPS_PROXY/);
  expect(nextStepOfCall(new Error("specify --env"))).toBeUndefined();
});

test.each([
  ["EACCES", /permission to write/],
  ["EROFS", /read-only/],
  ["EEXIST", /where a folder is needed/],
  ["EISDIR", /where a file is needed/],
])("a file that the machine refuses with %s has a next step", (code, step) => {
  const refused = Object.assign(new Error(`${code}: refused, open '/x'`), { code, path: "/x" });
  expect(nextStepOfCall(refused)).toMatch(step);
});
