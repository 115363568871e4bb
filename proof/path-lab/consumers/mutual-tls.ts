import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { Authority, type Certificate } from "./certificates";
import { type Case as TestCase, tableIsRight } from "./connection-test";
import { type ConsumersLab, NAME, scratch, type Wanted } from "./lab";

/** What a client meets: the handshake ends, or the application names someone, or no one. */
type Met = { readonly refused: RegExp } | { readonly subject: string; readonly verified: boolean } | "no one";

/** A client and what it sends. */
interface Case {
  readonly title: string;
  readonly certificate?: Certificate;
  readonly headers?: readonly string[];
  readonly meets: Met;
  /** The same with an ALB that would leave headers of clients as they are. */
  readonly keptHeaders?: true;
}

/** The certificates of a run, and the files that the configuration names. */
export class Clients {
  private readonly folder = join(scratch(), "clients");
  private readonly authority = new Authority(projectPath(scratch()), "consumers");
  readonly orders = this.authority.sign({ subject: "/O=Acme/CN=orders" });
  readonly invoices = this.authority.sign({ subject: "/O=Globex/CN=invoices" });
  readonly expired = this.authority.sign({ subject: "/O=Acme/CN=orders", expired: true });
  readonly revoked = this.authority.sign({ subject: "/O=Acme/CN=orders" });
  /** Names itself as another one's client. */
  readonly foreign = new Authority(projectPath(scratch()), "foreign").sign({ subject: "/O=Acme/CN=orders" });
  private readonly revocationList = this.authority.revoke(this.revoked);

  /** Options and a client that may connect with them. */
  wanted(mode: "passthrough" | "verify"): Wanted {
    const inProject = (file: string) => join(scratch(), file.slice(projectPath(scratch()).length + 1));
    const files = {
      caBundle: inProject(this.authority.certificate),
      revocationLists: [inProject(this.revocationList)],
    };
    return { mutualTls: { mode, ...(mode === "verify" && files) }, client: this.orders };
  }

  /** Environment in which curl shows a certificate, as docs/consumer.md tells: by `.curlrc`. */
  curlrc({ certificate, key }: Certificate): Readonly<Record<string, string>> {
    const folder = projectPath(this.folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, ".curlrc"), `cert = "${certificate}"\nkey = "${key}"\n`);
    return { CURL_HOME: folder };
  }
}

const REQUIRED = /certificate required/;
/** What the connection test says where the service asks for a certificate and gets none. */
const withoutCertificate: TestCase = {
  title: "verify: connection test without a certificate",
  fail: {
    "service answers": /certificate required.*may ask for a client certificate/,
    "zone answers (a)": REQUIRED,
    "zone answers (b)": REQUIRED,
  },
  notTested: {
    "certificate is valid for the name": /not tested/,
    "large request": /not tested/,
    "idle connection": /not tested/,
  },
};

const orders = "CN=orders,O=Acme";
const invoices = "CN=invoices,O=Globex";
const namesItself = (subject: string) => [`X-Amzn-Mtls-Clientcert-Subject: ${subject}`];
const sendsChain = ({ certificate }: Certificate) => [
  `X-Amzn-Mtls-Clientcert: ${encodeURIComponent(readFileSync(certificate, "utf8"))}`,
];

/** What each client meets where the ALB verifies. */
export const verifying = (clients: Clients): readonly Case[] => [
  { title: "a certificate of the CA", certificate: clients.orders, meets: { subject: orders, verified: true } },
  { title: "one of another consumer", certificate: clients.invoices, meets: { subject: invoices, verified: true } },
  { title: "an expired one", certificate: clients.expired, meets: { refused: /expired/ } },
  { title: "one of another CA", certificate: clients.foreign, meets: { refused: /unknown ca/ } },
  { title: "a revoked one", certificate: clients.revoked, meets: { refused: /revoked/ } },
  { title: "none", meets: { refused: REQUIRED } },
  {
    title: "none, and a subject in a header",
    headers: namesItself(orders),
    meets: { refused: REQUIRED },
  },
  { title: "none, and a certificate in a header", headers: sendsChain(clients.orders), meets: { refused: REQUIRED } },
  {
    title: "its own, and another's subject in a header",
    certificate: clients.orders,
    headers: namesItself(invoices),
    meets: { subject: orders, verified: true },
  },
  {
    title: "control: the same, if the ALB kept that header",
    certificate: clients.orders,
    headers: namesItself(invoices),
    keptHeaders: true,
    meets: { subject: invoices, verified: true },
  },
];

/** What each client meets where the ALB hands certificates on. */
export const passingThrough = (clients: Clients): readonly Case[] => [
  { title: "a certificate of the CA", certificate: clients.orders, meets: { subject: orders, verified: false } },
  { title: "one of another consumer", certificate: clients.invoices, meets: { subject: invoices, verified: false } },
  { title: "an expired one", certificate: clients.expired, meets: { subject: orders, verified: false } },
  { title: "a revoked one", certificate: clients.revoked, meets: { subject: orders, verified: false } },
  { title: "one of another CA", certificate: clients.foreign, meets: { subject: orders, verified: false } },
  { title: "none", meets: "no one" },
  { title: "none, and a verified subject in a header", headers: namesItself(orders), meets: "no one" },
  { title: "none, and another's certificate in a header", headers: sendsChain(clients.orders), meets: "no one" },
  {
    title: "its own, and another's certificate in a header",
    certificate: clients.invoices,
    headers: sendsChain(clients.orders),
    meets: { subject: invoices, verified: false },
  },
  {
    title: "control: none, and another's certificate in a header, if the ALB kept it",
    headers: sendsChain(clients.orders),
    keptHeaders: true,
    meets: { subject: orders, verified: false },
  },
];

/** What each client meets where the ALB asks for no certificate: the application believes no header. */
export const withoutMutualTls = (clients: Clients): readonly Case[] => [
  { title: "a certificate of the CA", certificate: clients.orders, meets: "no one" },
  { title: "one of another CA", certificate: clients.foreign, meets: "no one" },
  {
    title: "its own, and another's subject in a header",
    certificate: clients.orders,
    headers: namesItself(invoices),
    meets: "no one",
  },
  { title: "a subject in a header", headers: namesItself(orders), meets: "no one" },
  { title: "a certificate in a header", headers: sendsChain(clients.orders), meets: "no one" },
];

/** Asks for the first page as each of the clients. Whether each met what it has to. */
export async function tryClients(
  lab: ConsumersLab,
  mode: string,
  cases: readonly Case[],
  say: (line: string) => void,
): Promise<boolean> {
  let right = true;
  for (const { certificate, headers = [], keptHeaders, meets, title } of cases) {
    await lab.change({ forgedHeaders: keptHeaders ? "kept" : "replaced" });
    const shown = certificate ? ["--cert", certificate.certificate, "--key", certificate.key] : [];
    const words = [...shown, ...headers.flatMap((header) => ["-H", header])];
    const { exitCode, output } = await lab.client("curl", ["-sS", "--max-time", "10", ...words, `https://${NAME}/`]);
    const page = /Your certificate(, which no one has verified,)? is that of <code>(.*?)<\/code>/.exec(output);
    const met = page ? { subject: String(page[2]), verified: page[1] === undefined } : "no one";
    const asExpected =
      exitCode === 0
        ? JSON.stringify(met) === JSON.stringify(meets)
        : typeof meets === "object" && "refused" in meets && meets.refused.test(output);
    const told = exitCode === 0 ? describe(met) : `refused (${output.trim().replace(/^.*(alert|curl:) /, "")})`;
    say(`  ${mode}: ${title} → ${told}${asExpected ? "" : `  WRONG, expected ${describe(meets)}`}`);
    right &&= asExpected;
  }
  await lab.change({ forgedHeaders: "replaced" });
  return right;
}

function describe(met: Met): string {
  if (met === "no one") return met;
  if ("refused" in met) return `refused ${met.refused}`;
  return `${met.subject}, ${met.verified ? "verified" : "not verified"}`;
}

/** The connection test with a certificate in `.curlrc`, and without one. Whether its tables are right. */
export async function tryConnectionTestWithCertificate(
  lab: ConsumersLab,
  clients: Clients,
  say: (line: string) => void,
): Promise<boolean> {
  const shown = { title: "verify: connection test with a certificate in .curlrc" };
  const withIt = await tableIsRight(lab, shown, say, clients.curlrc(clients.orders));
  return (await tableIsRight(lab, withoutCertificate, say)) && withIt;
}
