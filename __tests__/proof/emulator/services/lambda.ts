import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
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

  test("a function for Node.js really runs, with its variables, and says what it threw", async () => {
    const { settings } = context();
    const client = new LambdaClient(settings);
    const code = `exports.handler = async ({ fails }, context) => {
      if (fails) throw new TypeError("asked to");
      return { greeting: process.env.GREETING, key: process.env.AWS_ACCESS_KEY_ID.length, left: context.getRemainingTimeInMillis() > 1000 };
    }`;
    await client.send(
      new CreateFunctionCommand({
        FunctionName: "runs",
        Role: "arn:aws:iam::123456789012:role/function",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Timeout: 20,
        Environment: { Variables: { GREETING: "hello" } },
        Code: { ZipFile: zipSync({ "index.js": Buffer.from(code) }) },
      }),
    );
    const invoke = async (event: object) => {
      const command = new InvokeCommand({ FunctionName: "runs", Payload: JSON.stringify(event) });
      const { FunctionError, Payload } = await client.send(command);
      return { FunctionError, answer: JSON.parse(Buffer.from(Payload ?? []).toString()) };
    };
    expect(await invoke({})).toEqual({ FunctionError: undefined, answer: { greeting: "hello", key: 20, left: true } });
    expect(await invoke({ fails: true })).toEqual({
      FunctionError: expect.any(String),
      answer: { errorMessage: "asked to", errorType: "TypeError" },
    });
  });
}
