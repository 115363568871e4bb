import { readFileSync } from "node:fs";
import { creates } from "./derive";
import type { Document } from "./document";
import { valueAt } from "./explain";
import { ifReadable } from "./partial";
import { unusablePem } from "./pem";
import { formatValue, type Path, type Problem } from "./problem";
import { projectPath } from "./project";
import { filesBelow, whatIsThere } from "./project-files";
import { configurationRules, consumerRules, environmentRules, linkRules } from "./rules";
import type { Finding, Written } from "./rules/rule";
import type { Consumer, Environment } from "./schema";
import { watchedConsumers } from "./service-consumers";

/** A file whose options are known, as far as they are valid. */
export interface Subject<Owner> {
  readonly document: Document;
  readonly options: Owner;
}

/** What the rules say about everything that was loaded. */
export function judge(
  environments: readonly Subject<Environment>[],
  consumers: readonly Subject<Consumer>[],
): Problem[] {
  const problems: Problem[] = [];
  const report = ({ document, options }: Subject<Environment | Consumer>, findings: readonly Finding[]) => {
    for (const finding of findings) {
      const { allowed, fix, path, source } = finding;
      const given = finding.given ?? givenAt(document, options, path);
      problems.push({ ...document.place(path), given, allowed, fix, ...(source ? { source } : {}) });
    }
  };
  for (const subject of environments) {
    for (const rule of environmentRules)
      report(
        subject,
        ifReadable(() => rule(subject.options, written(subject))),
      );
    report(
      subject,
      ifReadable(() => missingFiles(subject.options)),
    );
  }

  const byName = new Map(environments.map((subject) => [subject.options.name, subject.options]));
  for (const subject of consumers) {
    for (const rule of consumerRules)
      report(
        subject,
        ifReadable(() => rule(subject.options, written(subject))),
      );
    for (const rule of linkRules) {
      const findings = ifReadable(() => {
        const environment = byName.get(subject.options.service.environment ?? "");
        return environment ? rule(subject.options, environment, written(subject)) : [];
      });
      report(subject, findings);
    }
  }

  const configuration = {
    environments: environments.map(({ options }) => options),
    consumers: consumers.map(({ options }) => options),
  };
  for (const rule of configurationRules) {
    for (const finding of ifReadable(() => rule(configuration))) {
      const subject = [...environments, ...consumers].find(({ options }) => options === finding.owner);
      if (subject) report(subject, [finding]);
    }
  }
  return problems;
}

const written =
  ({ document }: Subject<unknown>): Written =>
  (...path) =>
    document.has(path);

function givenAt(document: Document, options: unknown, path: Path): string {
  const own = valueAt(document.raw, path);
  if (own !== undefined) return formatValue(own);
  const [value] = ifReadable(() => [valueAt(options, path)]);
  return value === undefined ? formatValue(value) : `${formatValue(value)} (default)`;
}

/** Files and folders of the project that an environment names; the synthesized stacks carry them. */
function missingFiles({ application, compute, data, privatelink }: Environment): Finding[] {
  const { build } = application.image;
  const { directory } = data.staticAssets;
  const uploads = creates({ data }, "staticAssets");
  const assets: Path = ["data", "staticAssets", "directory"];
  const missing = [
    ...clientCertificateFiles(compute.loadBalancer.mutualTls),
    ...(uploads ? notThere(assets, directory, "a folder", "create the folder, or name another") : []),
    ...(build
      ? [
          ...notThere(["application", "image", "build", "context"], build.context, "a folder", "correct the path"),
          ...notThere(
            ["application", "image", "build", "dockerfile"],
            `${build.context}/${build.dockerfile}`,
            "a file",
            "correct context or dockerfile",
          ),
        ]
      : []),
    ...(privatelink.sync.prebuiltPackage && privatelink.albTargetMode === "ip-sync"
      ? notThere(
          ["privatelink", "sync", "prebuiltPackage"],
          privatelink.sync.prebuiltPackage,
          "a file",
          "run: npx ecs-privatelink build-lambda",
        )
      : []),
    ...(privatelink.consumerConnections.prebuiltPackage && watchedConsumers(privatelink).length > 0
      ? notThere(
          ["privatelink", "consumerConnections", "prebuiltPackage"],
          privatelink.consumerConnections.prebuiltPackage,
          "a file",
          "run: npx ecs-privatelink build-lambda",
        )
      : []),
  ];
  if (!uploads || missing.some(({ path }) => path === assets)) return missing;
  const [unusable] = filesBelow(projectPath(directory)).unusable;
  return unusable
    ? [
        ...missing,
        {
          path: assets,
          given: `${directory}, in which ${unusable.what}`,
          allowed: "a folder of readable files and folders, without links",
          fix: unusable.fix,
        },
      ]
    : missing;
}

/** Files of mutual TLS are there, and are what they should be: no private key ever reaches the bucket. */
function clientCertificateFiles(mutualTls: Environment["compute"]["loadBalancer"]["mutualTls"]): Finding[] {
  if (mutualTls?.mode !== "verify") return [];
  const parent: Path = ["compute", "loadBalancer", "mutualTls"];
  const files: { path: Path; file: string; kind: "certificates" | "lists" }[] = [
    ...(mutualTls.caBundle
      ? [{ path: [...parent, "caBundle"], file: mutualTls.caBundle, kind: "certificates" as const }]
      : []),
    ...mutualTls.revocationLists.map((file, index) => ({
      path: [...parent, "revocationLists", index],
      file,
      kind: "lists" as const,
    })),
  ];
  return files.flatMap(({ file, kind, path }) => {
    const inBucket = file.startsWith("s3:");
    const missing = notThere(
      path,
      file,
      "a file",
      inBucket ? "write existingCaBundle with bucket and key, or copy the file into the project" : "correct the path",
    );
    const unusable = missing.length > 0 ? undefined : unusablePem(readFileSync(projectPath(file), "utf8"), kind);
    return unusable ? [{ path, ...unusable, given: `${file}, ${unusable.given}` }] : missing;
  });
}

function notThere(path: Path, file: string, wanted: "a file" | "a folder", fix: string): Finding[] {
  const there = whatIsThere(projectPath(file));
  if (there === wanted) return [];
  const given = {
    missing: "which does not exist",
    unreadable: "which is not readable",
    "a file": "which is a file",
    "a folder": "which is a folder",
    "something else": "which is neither a file nor a folder",
  }[there];
  return [
    {
      path,
      given: `${file}, ${given}`,
      allowed: `${wanted} in the project folder`,
      fix: there === "unreadable" ? "make it readable: chmod u+rX" : fix,
    },
  ];
}
