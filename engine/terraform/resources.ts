/** A resource that Terraform manages. */
export interface ManagedResource {
  /** e.g. `aws_lb.load-balancer` */
  readonly address: string;
  /** e.g. `aws_lb` */
  readonly type: string;
  /** Arguments and attributes by Terraform's names; some may be secret. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface ResourceJson {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Managed resources of a plan's prior state: what was there when it was planned.
 *
 * @param planJson what `terraform show -json` prints for a saved plan
 */
export function managedResources(planJson: string): ManagedResource[] {
  const { prior_state } = JSON.parse(planJson) as {
    prior_state?: { values?: { root_module?: { resources?: readonly ResourceJson[] } } };
  };
  return (prior_state?.values?.root_module?.resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type, values = {} }) => ({ address, type, values }));
}

/**
 * Attributes that a plan changes, by the address of the resource.
 *
 * @param planJson what `terraform show -json` prints for a saved plan
 */
export function changedAttributes(planJson: string): Map<string, string[]> {
  const { resource_changes: changes = [] } = JSON.parse(planJson) as {
    resource_changes?: readonly {
      readonly address: string;
      readonly change: Readonly<Partial<Record<"before" | "after" | "after_unknown", Record<string, unknown> | null>>>;
    }[];
  };
  return new Map(
    changes.map(({ address, change }) => {
      const { after, after_unknown: unknown, before } = change;
      const names = Object.keys({ ...before, ...after, ...unknown }).filter((name) => {
        const isUnknown = JSON.stringify(unknown?.[name] ?? false).includes("true");
        return isUnknown || normalized(before?.[name]) !== normalized(after?.[name]);
      });
      return [address, names];
    }),
  );
}

/** The provider plans an empty text where the state has none, e.g. in a block that AWS answers empty: no difference. */
function normalized(value: unknown): string {
  return JSON.stringify(value ?? "", (_, each) => each ?? "");
}

/** A text among a resource's values; empty where there is none. */
export function text({ values }: ManagedResource, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}
