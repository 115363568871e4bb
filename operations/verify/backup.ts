import {
  BackupClient,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupSelectionsCommand,
  ListRecoveryPointsByResourceCommand,
} from "@aws-sdk/client-backup";
import { creates, hasBackup } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { deployCommand, output, type Target } from "./target";

/** AWS Backup's plan for the file system and the static assets. */
export function backupItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  if (environment.data.backup.enabled && !hasBackup(environment)) return [];
  const deploy = deployCommand(target, "data");
  const backup = new BackupClient(clientOptions);
  const planId = () => output(target, "data", "backupPlanId");
  /** ARNs that the environment's backup plan names. */
  const backedUp = async () => {
    const BackupPlanId = planId();
    const { BackupSelectionsList = [] } = await backup.send(new ListBackupSelectionsCommand({ BackupPlanId }));
    const selections = await Promise.all(
      BackupSelectionsList.map(({ SelectionId }) =>
        backup.send(new GetBackupSelectionCommand({ BackupPlanId, SelectionId })),
      ),
    );
    return selections.flatMap(({ BackupSelection }) => BackupSelection?.Resources ?? []);
  };

  return [
    {
      item: "backup plan covers file system and static assets",
      next: deploy,
      async look() {
        if (!environment.data.backup.enabled) return { good: undefined, saw: "data.backup.enabled is false" };
        const { BackupPlan } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: planId() }));
        const { Lifecycle, TargetBackupVaultName } = theOnly(BackupPlan?.Rules, "rule of the backup plan");
        const covered = await backedUp();
        const ends = {
          ...(creates(environment, "fileSystem") && {
            "file system": `/${output(target, "data", "fileSystemId")}`,
          }),
          ...(creates(environment, "staticAssets") && {
            "static assets": `:${output(target, "data", "staticAssetsBucket")}`,
          }),
        };
        const found = tally(
          Object.entries(ends),
          ([, end]) => covered.some((arn) => arn.endsWith(end)),
          ([name]) => name,
        );
        const days = Lifecycle?.DeleteAfterDays;
        return {
          good: found.good && days === environment.data.backup.retentionDays,
          saw: `${found.saw}, kept ${days} days in vault ${TargetBackupVaultName}`,
        };
      },
    },
    {
      item: "file system and static assets were backed up in the last two days",
      next: "see the failed jobs: aws backup list-backup-jobs --by-state FAILED",
      async look() {
        if (!environment.data.backup.enabled) return { good: undefined, saw: "data.backup.enabled is false" };
        if (target.emulated) return { good: undefined, saw: "an emulated AWS has no schedule" };
        const { CreationDate } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: planId() }));
        const twoDaysAgo = Date.now() - 2 * 24 * 3600_000;
        if ((CreationDate?.getTime() ?? 0) > twoDaysAgo) {
          return { good: undefined, saw: "the plan is younger than two days" };
        }
        const points = await Promise.all(
          (await backedUp()).map(async (ResourceArn) => {
            const { RecoveryPoints = [] } = await backup.send(new ListRecoveryPointsByResourceCommand({ ResourceArn }));
            const times = RecoveryPoints.filter(({ Status }) => Status === "COMPLETED" || Status === "AVAILABLE").map(
              (point) => point.CreationDate?.getTime() ?? 0,
            );
            return { ResourceArn, newest: Math.max(0, ...times) };
          }),
        );
        return tally(
          points,
          ({ newest }) => newest > twoDaysAgo,
          ({ newest, ResourceArn }) => `${ResourceArn} ${newest ? new Date(newest).toISOString() : "never"}`,
        );
      },
    },
  ];
}
