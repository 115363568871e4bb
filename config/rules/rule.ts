import type { Path } from "../problem";
import type { Configuration, Consumer, Environment } from "../schema";

/** What a rule has found; the loader adds the file, the line and what was given. */
export interface Finding {
  readonly path: Path;
  /** What was given, in words. Default: the value that stands at the path. */
  readonly given?: string;
  readonly allowed: string;
  readonly fix: string;
  /** Page of the documentation that says so. Left out where the reason lies in this project. */
  readonly source?: string;
}

/** Whether the person wrote something at a path; defaults do not count. */
export type Written = (...path: Path) => boolean;

/** A rule over one environment. Empty: nothing to say. */
export type EnvironmentRule = (environment: Environment, written: Written) => readonly Finding[];

/** A rule over one consumer. */
export type ConsumerRule = (consumer: Consumer, written: Written) => readonly Finding[];

/** A rule over a consumer and the environment of this project that it names; findings are about the consumer's file. */
export type LinkRule = (consumer: Consumer, environment: Environment, written: Written) => readonly Finding[];

/** A rule over everything that was loaded; each finding is about the file of one environment or consumer. */
export type ConfigurationRule = (
  configuration: Configuration,
) => readonly (Finding & { readonly owner: Environment | Consumer })[];
