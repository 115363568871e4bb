import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NEW_KEY } from "../tools";

/** Files of a certificate. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** Both in one. */
  readonly both: string;
}

export interface Wanted {
  /** Subject as `openssl req` takes it, e.g. `/O=Example/CN=orders`. */
  readonly subject: string;
  /** Name of the server that it is for. */
  readonly host?: string;
  /** Its time is over. */
  readonly expired?: boolean;
}

/** A certificate authority that exists for one run. */
export class Authority {
  /** File with its own certificate. */
  readonly certificate: string;
  private readonly folder: string;
  private count = 0;

  /** @param parent folder in which it makes one of its own */
  constructor(
    parent: string,
    readonly name: string,
  ) {
    this.folder = join(parent, name);
    mkdirSync(this.folder, { recursive: true });
    this.certificate = join(this.folder, "ca.pem");
    writeFileSync(join(this.folder, "index.txt"), "");
    writeFileSync(join(this.folder, "ca.cnf"), this.configuration());
    const files = ["-keyout", join(this.folder, "ca.key"), "-out", this.certificate];
    openssl("req", "-x509", "-days", "2", ...NEW_KEY, "-subj", `/O=Example/CN=${name}`, ...files);
  }

  sign({ expired, host, subject }: Wanted): Certificate {
    this.count += 1;
    const file = (ending: string) => join(this.folder, `${this.count}.${ending}`);
    const names = host ? ["-addext", `subjectAltName=DNS:${host}`] : [];
    openssl("req", "-new", ...NEW_KEY, "-subj", subject, ...names, "-keyout", file("key"), "-out", file("csr"));
    const times = expired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "2"];
    this.ca("-in", file("csr"), "-out", file("pem"), "-notext", ...times);
    writeFileSync(file("both"), readFileSync(file("key"), "utf8") + readFileSync(file("pem"), "utf8"));
    return { certificate: file("pem"), key: file("key"), both: file("both") };
  }

  /** Revokes certificates; returns the file of its revocation list. */
  revoke(...certificates: readonly Certificate[]): string {
    for (const { certificate } of certificates) this.ca("-revoke", certificate);
    const list = join(this.folder, "revoked.pem");
    this.ca("-gencrl", "-out", list);
    return list;
  }

  private ca(...words: readonly string[]): void {
    openssl("ca", "-batch", "-config", join(this.folder, "ca.cnf"), ...words);
  }

  private configuration(): string {
    return `[ca]
default_ca = own
[own]
database = ${this.folder}/index.txt
new_certs_dir = ${this.folder}
certificate = ${this.folder}/ca.pem
private_key = ${this.folder}/ca.key
rand_serial = yes
default_md = sha256
default_crl_days = 2
unique_subject = no
copy_extensions = copy
preserve = yes
policy = any
[any]
organizationName = optional
commonName = supplied
`;
  }
}

function openssl(...words: readonly string[]): void {
  execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
}
