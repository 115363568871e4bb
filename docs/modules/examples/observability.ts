import type { App } from "cdktf";
import { NotificationTopic } from "../../../modules/observability/notification-topic";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "privatelink-service", environment);
  new NotificationTopic(stack, "notifications", {
    prefix: "example",
    emails: ["platform@example.com"],
    keyDeletionWindowDays: 30,
  });
}
