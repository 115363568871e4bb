/** The project's Lambda functions: names of their folders here and of their packages. */
export const FUNCTIONS = ["alb-ip-sync", "consumer-connections"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** Where `npx ecs-privatelink build-lambda` puts a function's package, inside the project. */
export const packagePath = (name: FunctionName): string => `dist/${name}.zip`;
