import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands for `@aws-sdk/credential-provider-node` in the bundle: Lambda hands the role's credentials over in environment
 * variables, so that profiles, single sign-on and instance metadata are dead weight of 125 KB.
 */
export const defaultProvider = fromEnv;
