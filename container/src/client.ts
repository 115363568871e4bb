import { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** How the load balancer treats clients' certificates. */
export type MutualTls = "verify" | "passthrough";

/** Whose certificate came with a request. */
export interface Client {
  /** Distinguished name. */
  readonly subject: string;
  /** Whether the load balancer has verified the certificate; it passes on any where it does not verify. */
  readonly verified: boolean;
}

/**
 * The client that the load balancer names. Without mutual TLS anyone can send these headers, so that they say nothing.
 * Source: User Guide for Application Load Balancers, "Mutual authentication with TLS in Application Load Balancer".
 */
export function clientOf(mode: MutualTls | undefined, headers: IncomingHttpHeaders): Client | undefined {
  if (mode === "verify") {
    const subject = headers["x-amzn-mtls-clientcert-subject"];
    return typeof subject === "string" ? { subject, verified: true } : undefined;
  }
  const chain = mode === "passthrough" ? headers["x-amzn-mtls-clientcert"] : undefined;
  if (typeof chain !== "string") return undefined;
  try {
    const { subject } = new X509Certificate(decodeURIComponent(chain));
    return { subject: subject.split("\n").reverse().join(","), verified: false };
  } catch {
    // Whatever it was, it names no one.
    return undefined;
  }
}
