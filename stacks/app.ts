import { App } from "cdktf";
import type { Configuration } from "../config/schema";
import { ComputeStack } from "./compute";
import { ConsumerEndpointStack } from "./consumer-endpoint";
import { DataStack } from "./data";
import { NetworkStack } from "./network";
import { PrivatelinkServiceStack } from "./privatelink-service";
import { StateBackendStack } from "./state-backend";
import { withoutStackTraces } from "./without-stack-traces";

class PatternApp extends App {
  override synth(): void {
    withoutStackTraces(() => super.synth());
  }
}

/**
 * All stacks of a configuration, linked; nothing is written before `synth()`.
 *
 * @param outdir folder for the Terraform JSON. Default: CDKTF's own choice, `cdktf.out`.
 */
export function buildApp(configuration: Configuration, { outdir }: { readonly outdir?: string } = {}): App {
  return withoutStackTraces(() => {
    const app = new PatternApp({ stackTraces: false, ...(outdir ? { outdir } : {}) });
    const services = new Map<string, PrivatelinkServiceStack>();

    for (const environment of configuration.environments) {
      if (environment.backend.type === "s3") new StateBackendStack(app, { environment });
      const { network } = new NetworkStack(app, { environment });
      const data = new DataStack(app, { environment, network });
      const compute = new ComputeStack(app, { environment, network, data });
      services.set(environment.name, new PrivatelinkServiceStack(app, { environment, network, data, compute }));
    }

    for (const consumer of configuration.consumers) {
      const linked = consumer.service.environment;
      new ConsumerEndpointStack(app, { consumer, service: linked ? services.get(linked) : undefined });
    }

    return app;
  });
}
