import { environmentOf, synthesize } from "../synth";
import { testWithTerraform } from "./installed";
import { override, run } from "./runs";
import { testTogether } from "./test-together";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";

const answer = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    arn: KEY,
    enabled: true,
    key_state: "Enabled",
    key_usage: "ENCRYPT_DECRYPT",
    customer_master_key_spec: "SYMMETRIC_DEFAULT",
    key_manager: "CUSTOMER",
    ...changes,
  });

testWithTerraform(
  "Terraform's plan stops where an existing key cannot encrypt, or its policy cannot be changed",
  async () => {
    const { stacks } = synthesize({ environments: [environmentOf({ data: { kms: { keyArn: KEY } } })], consumers: [] });
    const aws_kms_key = stacks["data-test"]?.data.aws_kms_key ?? {};
    const address = `data.aws_kms_key.${Object.keys(aws_kms_key)[0]}`;
    const runs = await testTogether({
      "main.tf.json": JSON.stringify({ terraform: { required_version: ">= 1.7" } }),
      "key/main.tf.json": JSON.stringify({ data: { aws_kms_key } }),
      "tests/key.tftest.hcl": [
        'mock_provider "aws" {}',
        run("a_customer_managed_key", "key", override(address, answer())),
        ...[
          ["is_disabled", { enabled: false, key_state: "Disabled" }],
          ["waits_for_its_deletion", { enabled: false, key_state: "PendingDeletion" }],
          ["signs", { key_usage: "SIGN_VERIFY", customer_master_key_spec: "RSA_2048" }],
          ["is_managed_by_aws", { key_manager: "AWS" }],
        ].map(([name, changes]) =>
          run(
            `fails_when_the_key_${name}`,
            "key",
            override(address, answer(changes as Record<string, unknown>)),
            address,
          ),
        ),
      ].join("\n"),
    });
    expect(Object.entries(runs).filter(([, outcome]) => outcome !== "pass")).toEqual([]);
    expect(Object.keys(runs)).toHaveLength(5);
  },
  300_000,
);
