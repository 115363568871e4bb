import { readFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { clientOf } from "../../container/src/client";

const pem = readFileSync(projectPath("config/examples/mutual-tls/consumers-ca.pem"), "utf8");
const chain = { "x-amzn-mtls-clientcert": encodeURIComponent(pem + pem) };
const subject = { "x-amzn-mtls-clientcert-subject": "CN=orders,O=Example" };

describe("whose certificate came with a request", () => {
  test("verify: the subject that the load balancer names", () => {
    expect(clientOf("verify", subject)).toEqual({ subject: "CN=orders,O=Example", verified: true });
  });

  test("passthrough: the subject of the first certificate, which is not verified", () => {
    expect(clientOf("passthrough", chain)).toEqual({ subject: "CN=Example consumers CA,O=Example", verified: false });
  });

  test("without mutual TLS anyone can send the headers, so that they say nothing", () => {
    expect(clientOf(undefined, { ...subject, ...chain })).toBeUndefined();
  });

  test("each mode knows its own header only", () => {
    expect(clientOf("verify", chain)).toBeUndefined();
    expect(clientOf("passthrough", subject)).toBeUndefined();
  });

  test.each(["%", "nothing", encodeURIComponent("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")])(
    "passthrough: %s names no one",
    (value) => {
      expect(clientOf("passthrough", { "x-amzn-mtls-clientcert": value })).toBeUndefined();
    },
  );
});
