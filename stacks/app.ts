import { App } from "cdktf";
import type { Configuration } from "../config/schema";
import { literals } from "../modules/literal";
import { ComputeStack } from "./compute";
import { ConsumerEndpointStack } from "./consumer-endpoint";
import { DataStack } from "./data";
import { type Extensions, extend } from "./extend";
import { extensions as ownExtensions } from "./extensions";
import { NetworkStack } from "./network";
import { PrivatelinkServiceStack } from "./privatelink-service";
import { StateBackendStack } from "./state-backend";
import { withoutStackTraces } from "./without-stack-traces";

class PatternApp extends App {
  override synth(): void {
    withoutStackTraces(() => super.synth());
  }
}

export interface AppOptions {
  /** Folder for the Terraform JSON. Default: CDKTF's own choice, `cdktf.out`. */
  readonly outdir?: string;
  /** Changes to the stacks. Default: those of `stacks/extensions.ts`. */
  readonly extensions?: Extensions;
}

/** All stacks of a configuration, linked and extended; nothing is written before `synth()`. */
export function buildApp(configuration: Configuration, { extensions = ownExtensions, outdir }: AppOptions = {}): App {
  return withoutStackTraces(() => {
    const app = new PatternApp({ stackTraces: false, ...(outdir ? { outdir } : {}) });
    const services = new Map<string, PrivatelinkServiceStack>();
    // Called once every stack is complete, so that an extension sees what other stacks add to its own.
    const last: (() => void)[] = [];

    // From here on, a text of a person is a literal of Terraform's.
    const { consumers, environments } = literals(configuration);
    for (const environment of environments) {
      if (environment.backend.type === "s3") {
        const state = new StateBackendStack(app, { environment });
        last.push(() => extend(extensions, "state-backend", state, environment));
      }
      const networkStack = new NetworkStack(app, { environment });
      const { network } = networkStack;
      const data = new DataStack(app, { environment, network });
      const compute = new ComputeStack(app, { environment, network, data });
      const service = new PrivatelinkServiceStack(app, { environment, network, data, compute });
      services.set(environment.name, service);
      last.push(
        () => extend(extensions, "network", networkStack, environment),
        () => extend(extensions, "data", data, environment),
        () => extend(extensions, "compute", compute, environment),
        () => extend(extensions, "privatelink-service", service, environment),
      );
    }

    for (const consumer of consumers) {
      const linked = consumer.service.environment;
      const stack = new ConsumerEndpointStack(app, { consumer, service: linked ? services.get(linked) : undefined });
      last.push(() => extend(extensions, "consumer-endpoint", stack, consumer));
    }

    for (const call of last) call();
    return app;
  });
}
