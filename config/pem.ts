import type { Finding } from "./rules/rule";

/** CA certificates of a trust store. Source: User Guide for Application Load Balancers, "Quotas for your Application Load Balancers". */
const mostCertificates = 25;

/** What is wrong with a PEM file of CA certificates or of certificate revocation lists; undefined where nothing is. */
export function unusablePem(
  text: string,
  kind: "certificates" | "lists",
): Required<Pick<Finding, "given" | "allowed" | "fix">> | undefined {
  const allowed =
    kind === "certificates"
      ? "a PEM file of CA certificates alone"
      : "a PEM file of certificate revocation lists alone";
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return {
      given: "which holds a private key",
      allowed,
      fix: "take the key out of the file",
    };
  }
  const label = kind === "certificates" ? "CERTIFICATE" : "X509 CRL";
  const count = text.split(`-----BEGIN ${label}-----`).length - 1;
  if (count === 0) return { given: `without -----BEGIN ${label}-----`, allowed, fix: "convert it with openssl" };
  if (kind === "certificates" && count > mostCertificates) {
    return {
      given: `with ${count} certificates`,
      allowed: `at most ${mostCertificates} certificates`,
      fix: "remove those that sign no client",
    };
  }
  return undefined;
}
