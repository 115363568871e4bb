import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import type { Context } from "../network";

export function rds(context: () => Context): void {
  test("parameters that a user set are told from AWS's defaults", async () => {
    const client = new RDSClient(context().settings);
    const DBParameterGroupName = "tls";
    await client.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName,
        DBParameterGroupFamily: "postgres17",
        Description: "-",
      }),
    );
    await client.send(
      new ModifyDBParameterGroupCommand({
        DBParameterGroupName,
        Parameters: [
          { ParameterName: "rds.force_ssl", ParameterValue: "1", ApplyMethod: "immediate" },
          { ParameterName: "log_connections", ParameterValue: "1", ApplyMethod: "immediate" },
        ],
      }),
    );
    const describeFrom = async (Source: string) =>
      (await client.send(new DescribeDBParametersCommand({ DBParameterGroupName, Source }))).Parameters ?? [];
    expect(await describeFrom("user")).toMatchObject([
      { ParameterName: "log_connections", ParameterValue: "1", ApplyMethod: "immediate", Source: "user" },
    ]);
    // the family's own value, however it was set
    expect(await describeFrom("system")).toMatchObject([
      { ParameterName: "rds.force_ssl", ParameterValue: "1", ApplyMethod: "pending-reboot", Source: "system" },
    ]);
  });

  test("an instance says whether it has Performance Insights", async () => {
    const client = new RDSClient(context().settings);
    const DBInstanceIdentifier = "insights";
    const { DBInstance } = await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "app",
        MasterUserPassword: "password-of-a-test",
        EnablePerformanceInsights: true,
        PerformanceInsightsKMSKeyId: "key",
      }),
    );
    expect(DBInstance).toMatchObject({
      PerformanceInsightsEnabled: true,
      PerformanceInsightsKMSKeyId: "key",
      PerformanceInsightsRetentionPeriod: 7,
    });
    const { DBInstance: changed } = await client.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier, EnablePerformanceInsights: false }),
    );
    expect(changed?.PerformanceInsightsEnabled).toBe(false);
    await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
  });

  test("a major version is its newest minor one, which the maintenance window raises", async () => {
    const client = new RDSClient(context().settings);
    const DBInstanceIdentifier = "major";
    const { DBInstance } = await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        EngineVersion: "17",
        AllocatedStorage: 20,
        MasterUsername: "app",
        MasterUserPassword: "password-of-a-test",
      }),
    );
    expect(DBInstance?.EngineVersion).toBe("17.4");
    await expect(context().emulator.upgradeDatabase(DBInstanceIdentifier)).resolves.toBe("17.5");
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    expect(DBInstances?.[0]?.EngineVersion).toBe("17.5");
    await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
  });
}
