import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import type { Context } from "../network";

export function kms(context: () => Context): void {
  test.each([
    [undefined, 365],
    [180, 180],
  ])("a rotation period of %s days is reported as %s", async (RotationPeriodInDays, reported) => {
    const client = new KMSClient(context().settings);
    const KeyId = (await client.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: reported });
  });

  test("the keys of AWS's own services are AWS's", async () => {
    const { emulator, settings } = context();
    const { KeyMetadata } = await new KMSClient(settings).send(new DescribeKeyCommand({ KeyId: "alias/aws/s3" }));
    expect(KeyMetadata?.KeyManager).toBe("AWS");
    expect((await emulator.remains()).exists.map((each) => each.id)).not.toContain(KeyMetadata?.KeyId);
  });
}
