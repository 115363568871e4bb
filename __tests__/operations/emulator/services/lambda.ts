import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import type { Context } from "../network";

export function lambda(context: () => Context): void {
  test("a function keeps how and where it logs", async () => {
    const { settings } = context();
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
    });
    const { Role } = await new IAMClient(settings).send(
      new CreateRoleCommand({ RoleName: "function", AssumeRolePolicyDocument }),
    );
    const client = new LambdaClient(settings);
    const created = await client.send(
      new CreateFunctionCommand({
        FunctionName: "sync",
        Role: Role?.Arn,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.js": Buffer.from("exports.handler = async () => 1") }) },
      }),
    );
    expect(created.LoggingConfig).toEqual({ LogFormat: "Text", LogGroup: "/aws/lambda/sync" });
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: "sync",
        LoggingConfig: { LogFormat: "JSON", LogGroup: "/sync", SystemLogLevel: "WARN" },
      }),
    );
    const { LoggingConfig } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: "sync" }));
    expect(LoggingConfig).toEqual({
      LogFormat: "JSON",
      LogGroup: "/sync",
      ApplicationLogLevel: "INFO",
      SystemLogLevel: "WARN",
    });
  });
}
