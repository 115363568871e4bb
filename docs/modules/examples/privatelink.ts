import type { App } from "cdktf";
import { AlbIpSync } from "../../../modules/privatelink/alb-ip-sync";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "privatelink-service", environment);
  new AlbIpSync(stack, "alb-ip-sync", {
    prefix: "example",
    loadBalancer: {
      arnSuffix: "app/example/0123456789abcdef",
      dnsName: "internal-example-1.eu-central-1.elb.amazonaws.com",
      subnetIds: ["subnet-0123456789abcdef0"],
      subnetCidrs: ["10.20.0.0/22"],
    },
    mappings: [
      {
        id: "80",
        listenerPort: 80,
        targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/example/0123456789abcdef",
      },
    ],
  });
}
