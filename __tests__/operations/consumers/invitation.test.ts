import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { projectPath } from "../../../config/project";
import { consumerSchema } from "../../../config/schema";
import { invitation } from "../../../operations/consumers/invitation";

const service = {
  serviceId: "vpce-svc-0123456789abcdef0",
  serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
  region: "eu-central-1",
  supportedRegions: [],
  availabilityZoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
  idleSeconds: 60,
  ports: [80, 443],
  acceptanceRequired: true,
};

const block = (text: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? "";

describe("invitation", () => {
  test("docs/consumer.md shows one as it is printed", () => {
    const shown = /~~~markdown\n([\s\S]*?)\n~~~/.exec(readFileSync(projectPath("docs", "consumer.md"), "utf8"))?.[1];
    expect(shown).toBe(invitation({ ...service, ports: [443] }).trim());
  });

  test("names all that a consumer needs", () => {
    const text = invitation({ ...service, supportedRegions: ["eu-west-1"], privateDnsName: "app.example.com" });
    for (const fact of [service.serviceName, "eu-central-1", "eu-west-1", "euc1-az3", "80, 443", "app.example.com"]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toContain("Client certificate");
    expect(invitation({ ...service, mutualTls: "verify" })).toContain("Client certificate");
    expect(text).not.toContain("IP addresses:");
    expect(invitation({ ...service, supportedIpAddressTypes: ["ipv4", "ipv6"] })).toContain("IPv4 and IPv6");
    expect(text).toContain("waits until we accept it");
    expect(text).toContain("end after 60 seconds without data");
    expect(text).toContain("test-connection.sh -i 50 ");
    expect(invitation({ ...service, idleSeconds: 350 })).toContain("test-connection.sh -i 360 ");
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

  describe("for a consumer of the registry", () => {
    const guest = {
      name: "acme",
      accounts: ["555566667777"],
      automatically: true,
      atMostEndpoints: 2,
      availabilityZoneIds: ["euc1-az1"],
      until: "2027-03-31",
      ownName: "acme.app.example.com",
    };
    const text = invitation({ ...service, privateDnsName: "app.example.com" }, guest);

    test("says what was agreed, and which zones it lacks", () => {
      for (const fact of ["For acme.", "555566667777", "automatic within minutes for 2 endpoints", "2027-03-31"]) {
        expect(text).toContain(fact);
      }
      expect(text).toContain("yours is not in euc1-az2, euc1-az3");
    });

    test("its files have the consumer's account and name", () => {
      const consumer = consumerSchema.parse(parse(block(text, "yaml")));
      expect(consumer).toMatchObject({
        accountId: "555566667777",
        dns: { mode: "private-hosted-zone", name: "acme.app.example.com" },
      });
      expect(block(text, "hcl")).toContain('private_hosted_zone_name = "acme.app.example.com"');
      expect(text).not.toContain("## Second apply");
    });
  });
});
