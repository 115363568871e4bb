import { Resolver } from "node:dns/promises";
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { type Context, createNetwork, region } from "../network";

export function route53(context: () => Context): void {
  test("a zone that is created with a VPC is private, can be shared, and its names resolve", async () => {
    const { emulator, settings } = context();
    const ec2 = new EC2Client(settings);
    const first = (await createNetwork(ec2, "10.63.0.0/16")).vpcId;
    const second = (await createNetwork(ec2, "10.64.0.0/16")).vpcId;
    const client = new Route53Client(settings);
    const { HostedZone } = await client.send(
      new CreateHostedZoneCommand({
        Name: "internal.example",
        CallerReference: "private",
        VPC: { VPCId: first, VPCRegion: region },
      }),
    );
    const Id = HostedZone?.Id;
    expect(HostedZone?.Config?.PrivateZone).toBe(true);
    await client.send(
      new AssociateVPCWithHostedZoneCommand({ HostedZoneId: Id, VPC: { VPCId: second, VPCRegion: region } }),
    );
    const { VPCs } = await client.send(new GetHostedZoneCommand({ Id }));
    expect(VPCs?.map((vpc) => vpc.VPCId).sort()).toEqual([first, second].sort());

    await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: Id,
        ChangeBatch: {
          Changes: [
            {
              Action: "CREATE",
              ResourceRecordSet: {
                Name: "app.internal.example",
                Type: "A",
                TTL: 60,
                ResourceRecords: [{ Value: "10.63.0.9" }],
              },
            },
          ],
        },
      }),
    );
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([emulator.dnsAddress]);
    expect(await resolver.resolve4("app.internal.example")).toEqual(["10.63.0.9"]);
  });

  test("a public zone that the account has had all along keeps its id, takes records, and does not remain", async () => {
    const { emulator, settings } = context();
    const id = "Z0123456789GIVEN";
    await emulator.giveHostedZone({ account: "123456789012", id, name: "given.example", region });
    const client = new Route53Client(settings);
    const Name = "_proof.given.example";
    const ResourceRecordSet = { Name, Type: "TXT" as const, TTL: 60, ResourceRecords: [{ Value: '"vpce:x"' }] };
    await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: id,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet }] },
      }),
    );
    const { HostedZone } = await client.send(new GetHostedZoneCommand({ Id: id }));
    expect(HostedZone).toMatchObject({ Id: `/hostedzone/${id}`, Config: { PrivateZone: false } });
    const { exists } = await emulator.remains();
    expect(exists.filter((each) => each.id.includes(id))).toEqual([]);
  });
}
