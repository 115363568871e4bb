export function missingPackages(): undefined | "rest" | "some" | "all";
export function installRest(): Promise<void>;
