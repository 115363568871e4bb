/** Where the shared file system is mounted in every container that uses it. */
export const fileSystemFolder = "/mnt/app";

/**
 * Folders that ECS Exec's agent writes to, by volume, where the root file system is read-only. AWS documents none and
 * supports ECS Exec with a read-only root file system in no other way. Source: aws/containers-roadmap, issues 1359 and 2824.
 */
export const executeCommandFolders: Readonly<Record<string, string>> = {
  "execute-command-agent": "/managed-agents",
  "execute-command-data": "/var/lib/amazon/ssm",
  "execute-command-log": "/var/log/amazon/ssm",
};
