import type { ClientSettings } from "./consumer-account";

/** The story's own key, so that its calls are told apart from those of the stacks that are rehearsed. */
export const STORY_KEY_ID = "two-accounts";

/** For Terraform and commands. */
export const storyEnvironment = { AWS_ACCESS_KEY_ID: STORY_KEY_ID };

/** For the AWS SDK. */
export const storySettings = (endpoint: string, region: string): ClientSettings => ({
  endpoint,
  region,
  credentials: { accessKeyId: STORY_KEY_ID, secretAccessKey: STORY_KEY_ID },
});
