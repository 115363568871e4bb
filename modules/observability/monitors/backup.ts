import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Source: AWS Backup Developer Guide, "AWS Backup metrics with CloudWatch". */
export function backup({ backupVaultName }: MonitoredResources): Monitor[] {
  if (backupVaultName === undefined) return [];
  const metric = (end: string): Metric => ({
    namespace: "AWS/Backup",
    name: `NumberOfBackupJobs${end}`,
    dimensions: { BackupVaultName: backupVaultName },
    statistic: "Sum",
  });
  const section = "Backup";
  return [
    {
      id: "backup-failed",
      section,
      description:
        "A backup of file system or static assets failed, was stopped or did not begin in time: its job says why",
      metrics: { failed: metric("Failed"), aborted: metric("Aborted"), expired: metric("Expired") },
      // AWS Backup sends no zeros.
      expression: "FILL(failed, 0) + FILL(aborted, 0) + FILL(expired, 0)",
      periodSeconds: 300,
      threshold: events(1),
    },
    {
      id: "backup-completed",
      section,
      description: "Backups that were completed",
      metrics: { completed: metric("Completed") },
      periodSeconds: 300,
    },
  ];
}
