import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DeleteDBInstanceCommand,
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
        Parameters: [{ ParameterName: "rds.force_ssl", ParameterValue: "1", ApplyMethod: "immediate" }],
      }),
    );
    const describeFrom = async (Source: string) =>
      (await client.send(new DescribeDBParametersCommand({ DBParameterGroupName, Source }))).Parameters ?? [];
    expect(await describeFrom("user")).toMatchObject([
      { ParameterName: "rds.force_ssl", ParameterValue: "1", Source: "user" },
    ]);
    expect(await describeFrom("system")).toEqual([]);
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
}
