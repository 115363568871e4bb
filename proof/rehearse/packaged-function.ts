import { join } from "node:path";
import type { FunctionName } from "../../lambda/functions";
import { readStackJson, type SynthesizedStack } from "../../synth/stacks";

/** The function of a stack, and the zip file that Terraform gives to AWS. */
export interface PackagedFunction {
  readonly name: string;
  readonly zipFile: string;
}

interface StackJson {
  readonly resource?: {
    readonly aws_lambda_function?: Readonly<
      Record<string, { readonly function_name: string; readonly filename: string }>
    >;
  };
  readonly data?: { readonly archive_file?: Readonly<Record<string, { readonly output_path: string }>> };
}

/** A Lambda function of the stack; undefined if it has none. The zip file is there once the stack has been planned. */
export function packagedFunction(stack: SynthesizedStack, which: FunctionName): PackagedFunction | undefined {
  const { resource, data } = readStackJson(stack) as StackJson;
  const lambda = Object.values(resource?.aws_lambda_function ?? {}).find((each) =>
    each.function_name.endsWith(`-${which}`),
  );
  if (lambda === undefined) return undefined;
  const archive = /^\$\{data\.archive_file\.([\w-]+)\.output_path\}$/.exec(lambda.filename)?.[1];
  const path = archive === undefined ? lambda.filename : (data?.archive_file?.[archive]?.output_path ?? "");
  return { name: lambda.function_name, zipFile: join(stack.directory, path.replace("${path.module}/", "")) };
}
