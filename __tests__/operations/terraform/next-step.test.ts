import { nextStep } from "../../../operations/terraform/next-step";

const stack = { id: "network-dev", directory: "cdktf.out/stacks/network-dev" };

test.each([
  [
    "Error acquiring the state lock\nLock Info:\n  ID:        6f1e-22\n  Path: …",
    /terraform -chdir=cdktf\.out\/stacks\/network-dev force-unlock 6f1e-22$/,
  ],
  ['S3 bucket "x" does not exist.', /npm run bootstrap -- --env dev/],
  ["api error ExpiredToken: the token has expired", /get new credentials/],
  ["AWS account ID not allowed: 999988887777", /accountId of the YAML file/],
  ["api error AccessDenied: no", /npm run deploy-roles/],
  ["write stack.tfplan: no space left on device", /make room/],
  ["Failed to persist state; see errored.tfstate", /state push errored\.tfstate/],
  ["api error Throttling: Rate exceeded", /run again/],
  ["StatusCode: 503", /run again/],
  ["something that nobody has thought of", /run again/],
])("the next step after %j", (details, expected) => {
  expect(nextStep(stack, details)).toMatch(expected);
});

test("a state bucket belongs to an environment, whatever its name, or to a consumer", () => {
  const said = 'S3 bucket "x" does not exist.';
  const step = (id: string) => nextStep({ id, directory: "" }, said);
  expect(step("privatelink-service-my-dev")).toMatch(/bootstrap -- --env my-dev$/);
  expect(step("consumer-endpoint-team-a")).toMatch(/backend\.s3\.bucket of config\/consumers\/team-a\.yaml$/);
});
