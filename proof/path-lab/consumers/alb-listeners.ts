import type { ClientCertificates } from "./synthesized";

/** What the ALB's stand-in does with headers in which a client names itself. */
export type ForgedHeaders = "replaced" | "kept";

export interface LoadBalancing {
  /** File with the ALB's certificate and its key. */
  readonly certificate: string;
  /** How the ALB treats certificates of clients. */
  readonly clients: ClientCertificates;
  /** After so much silence of a client the ALB ends its connection. */
  readonly idleSeconds: number;
  readonly forgedHeaders: ForgedHeaders;
}

/** What the ALB's TLS listeners have, in HAProxy's words. */
export const albListeners = (chosen: LoadBalancing): { readonly bind: string; readonly lines: readonly string[] } => ({
  bind: bindWords(chosen),
  lines: [
    `timeout client ${chosen.idleSeconds}s`,
    // HAProxy ends a request whose body pauses only where it waits for the body.
    "option http-buffer-request",
    `timeout http-request ${chosen.idleSeconds}s`,
    ...headers(chosen),
  ],
});

/** Source: User Guide for Application Load Balancers, "Mutual authentication with TLS in Application Load Balancer". */
function bindWords({ certificate, clients }: LoadBalancing): string {
  switch (clients.mode) {
    case "off":
      return "";
    case "verify":
      return `verify required ca-file ${clients.caFile}${clients.revocationFile ? ` crl-file ${clients.revocationFile}` : ""}`;
    case "passthrough":
      // Asks for a certificate, and takes any.
      return `verify optional ca-file ${certificate} ca-ignore-err all crt-ignore-err all`;
  }
}

/** The headers that the same page documents for each mode, but -Validity, which the application does not read. */
function headers({ clients: { mode }, forgedHeaders }: LoadBalancing): string[] {
  const leaf = pem("ssl_c_der,base64");
  const values: Readonly<Record<string, string>> = {
    ...(mode === "verify" && {
      "-Subject": "%[ssl_c_s_dn(,0,rfc2253)]",
      "-Issuer": "%[ssl_c_i_dn(,0,rfc2253)]",
      "-Serial-Number": "%[ssl_c_serial,hex]",
      "-Leaf": leaf,
    }),
    ...(mode === "passthrough" && { "": leaf }),
  };
  return Object.entries(values).flatMap(([ending, value]) => {
    const name = `X-Amzn-Mtls-Clientcert${ending}`;
    if (forgedHeaders === "kept") {
      return [`http-request set-header ${name} ${value} if { ssl_c_used } !{ req.hdr(${name}) -m found }`];
    }
    return [`http-request del-header ${name}`, `http-request set-header ${name} ${value} if { ssl_c_used }`];
  });
}

/** A certificate as URL-encoded PEM, in which + = / remain as they are; HAProxy's own percent signs are doubled. */
const pem = (base64: string): string =>
  encodeURIComponent("-----BEGIN CERTIFICATE-----\n&\n-----END CERTIFICATE-----\n")
    .replaceAll("%", "%%")
    .replace("%%26", `%[${base64}]`);
