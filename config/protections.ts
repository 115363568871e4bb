import { creates, hasBackup } from "./derive";
import type { Environment } from "./schema";

/** An option that protects something from deletion. */
export interface Protection {
  readonly path: readonly string[];
  /** Whether the environment has given the protection up. */
  readonly isOff: (environment: Environment) => boolean;
  /** Values that protect, in words. */
  readonly safe: string;
  /** The value that lets Terraform delete. Absent: the option keeps nothing from being destroyed. */
  readonly relaxed?: boolean | number;
}

/**
 * All that protects from deletion: what production is asked for, what a new development environment switches off, and
 * what a rehearsal switches off before it destroys.
 */
export const protections: readonly Protection[] = [
  {
    path: ["backend", "s3", "forceDestroy"],
    isOff: ({ backend }) => backend.s3.forceDestroy,
    safe: "false",
    relaxed: true,
  },
  {
    path: ["data", "database", "deletionProtection"],
    isOff: ({ data }) => creates({ data }, "database") && !data.database.deletionProtection,
    safe: "true",
    relaxed: false,
  },
  {
    path: ["data", "database", "finalSnapshot"],
    isOff: ({ data }) => creates({ data }, "database") && !data.database.finalSnapshot,
    safe: "true",
    relaxed: false,
  },
  {
    path: ["data", "backup", "enabled"],
    isOff: ({ data }) =>
      !data.backup.enabled && hasBackup({ data: { ...data, backup: { ...data.backup, enabled: true } } }),
    safe: "true",
  },
  {
    path: ["data", "backup", "forceDestroy"],
    isOff: ({ data }) => hasBackup({ data }) && data.backup.forceDestroy,
    safe: "false",
    relaxed: true,
  },
  {
    path: ["data", "secretRecoveryDays"],
    isOff: ({ data }) => creates({ data }, "database") && data.secretRecoveryDays === 0,
    safe: "7 to 30",
    relaxed: 0,
  },
  {
    path: ["data", "staticAssets", "forceDestroy"],
    isOff: ({ data }) => creates({ data }, "staticAssets") && data.staticAssets.forceDestroy,
    safe: "false",
    relaxed: true,
  },
  {
    path: ["compute", "loadBalancer", "deletionProtection"],
    isOff: ({ compute }) => !compute.loadBalancer.deletionProtection,
    safe: "true",
    relaxed: false,
  },
  {
    path: ["compute", "loadBalancer", "accessLogForceDestroy"],
    isOff: ({ compute }) => compute.loadBalancer.accessLogForceDestroy,
    safe: "false",
    relaxed: true,
  },
  {
    path: ["compute", "repository", "forceDelete"],
    isOff: ({ compute }) => compute.repository.forceDelete,
    safe: "false",
    relaxed: true,
  },
  {
    path: ["privatelink", "deletionProtection"],
    isOff: ({ privatelink }) => !privatelink.deletionProtection,
    safe: "true",
    relaxed: false,
  },
];

/** The options that let everything of an environment be destroyed. */
export const relaxations: readonly { readonly path: readonly string[]; readonly value: boolean | number }[] =
  protections.flatMap(({ path, relaxed }) => (relaxed === undefined ? [] : { path, value: relaxed }));
