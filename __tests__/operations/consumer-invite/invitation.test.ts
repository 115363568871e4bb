import { parse } from "yaml";
import { consumerSchema } from "../../../config/schema";
import { invitation } from "../../../operations/consumer-invite/invitation";

const service = {
  serviceId: "vpce-svc-0123456789abcdef0",
  serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
  region: "eu-central-1",
  supportedRegions: [],
  availabilityZoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
  ports: [80, 443],
  acceptanceRequired: true,
};

const block = (text: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? "";

describe("invitation", () => {
  test("names all that a consumer needs", () => {
    const text = invitation({ ...service, supportedRegions: ["eu-west-1"], privateDnsName: "app.example.com" });
    for (const fact of [service.serviceName, "eu-central-1", "eu-west-1", "euc1-az3", "80, 443", "app.example.com"]) {
      expect(text).toContain(fact);
    }
    expect(text).toContain("waits until we accept it");
    expect(invitation({ ...service, acceptanceRequired: false })).toContain("Acceptance: automatic");
  });

  test.each([undefined, "app.example.com"])(
    "its YAML is a valid consumer file (private DNS name %s)",
    (privateDnsName) => {
      const consumer = consumerSchema.parse(parse(block(invitation({ ...service, privateDnsName }), "yaml")));
      expect(consumer.service).toEqual({
        name: service.serviceName,
        availabilityZoneIds: service.availabilityZoneIds,
        ports: [80, 443],
      });
      expect(consumer.dns.mode).toBe(privateDnsName ? "private-dns" : "private-hosted-zone");
    },
  );

  test("its module call gives the service's name and ports", () => {
    const call = block(invitation(service), "hcl");
    expect(call).toContain(`service_name = "${service.serviceName}"`);
    expect(call).toContain("ports        = [80, 443]");
    expect(call).toContain("private_hosted_zone_name");
  });

  test("a private DNS name comes in a second apply, and the text says so", () => {
    expect(invitation({ ...service, privateDnsName: "app.example.com" })).toContain("## Second apply");
    expect(invitation(service)).not.toContain("## Second apply");
  });
});
