import { existsSync } from "node:fs";
import type { Document } from "./document";
import { valueAt } from "./explain";
import { ifReadable } from "./partial";
import { formatValue, type Path, type Problem } from "./problem";
import { projectPath } from "./project";
import { configurationRules, consumerRules, environmentRules, linkRules } from "./rules";
import type { Finding, Written } from "./rules/rule";
import type { Consumer, Environment } from "./schema";

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
      const subject = environments.find(({ options }) => options === finding.environment);
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
function missingFiles({ application, data, privatelink }: Environment): Finding[] {
  const { build } = application.image;
  const named: readonly { path: Path; file: string; fix: string }[] = [
    {
      path: ["data", "staticAssets", "directory"],
      file: data.staticAssets.directory,
      fix: "create the folder, or name another",
    },
    ...(build
      ? [
          {
            path: ["application", "image", "build", "dockerfile"],
            file: `${build.context}/${build.dockerfile}`,
            fix: "correct context or dockerfile",
          },
        ]
      : []),
    ...(privatelink.sync.prebuiltPackage && privatelink.albTargetMode === "ip-sync"
      ? [
          {
            path: ["privatelink", "sync", "prebuiltPackage"],
            file: privatelink.sync.prebuiltPackage,
            fix: "run: npm run build:lambda",
          },
        ]
      : []),
  ];
  return named.flatMap(({ path, file, fix }) =>
    existsSync(projectPath(file))
      ? []
      : [{ path, given: `${file}, which does not exist`, allowed: "a path that exists in the project folder", fix }],
  );
}
