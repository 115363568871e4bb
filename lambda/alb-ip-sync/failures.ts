/** Something that did not work, in a form for logs, metrics and the error of the run. */
export interface Failure {
  readonly source: "interfaces" | "dns" | "targets" | "register" | "deregister" | "history";
  readonly message: string;
  readonly targetGroupArn?: string;
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Collects what fails in a run, so that everything that does not depend on it is still done. */
export class Failures {
  readonly list: Failure[] = [];

  add(failure: Failure): void {
    this.list.push(failure);
  }

  /** @returns undefined, with the failure noted, where the work rejects. */
  async attempt<T>(failure: Omit<Failure, "message">, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add({ ...failure, message: messageOf(error) });
      return undefined;
    }
  }
}
