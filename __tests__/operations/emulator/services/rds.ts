import {
  CreateDBParameterGroupCommand,
  DescribeDBParametersCommand,
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
}
