import { expectSame, type Scene } from "./ip-sync-scene";

/** One situation of the ALB, told in the verbs of the scene. */
interface Step {
  readonly item: string;
  /** @returns what was seen; rejects with what was not as it should be */
  readonly step: () => Promise<string>;
}

export function steps(scene: Scene): Step[] {
  return [
    { item: "sync Lambda: the zipped bytes are the deployed ones", step: () => scene.sameBytes() },
    {
      item: "sync Lambda: first fill",
      step: async () => {
        await scene.runWell();
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: a run with nothing to do makes one call for each target group and one",
      step: async () => {
        const before = await scene.numberOfCalls();
        await scene.runWell(2);
        const made = (await scene.numberOfCalls()) - before;
        expectSame(made, 2 * (1 + scene.mappings.length) + 1, "calls in two runs");
        return `${made} calls in two runs, one of them to read the counters after a cold start`;
      },
    },
    {
      item: "sync Lambda: node replaced",
      step: async () => {
        const gone = await scene.removeNode(await scene.addNode());
        await scene.runWell();
        await scene.isDraining(gone);
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: node added",
      step: async () => {
        await scene.addNode();
        await scene.runWell();
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: node returns while its target drains",
      step: async () => {
        const gone = await scene.removeNode();
        await scene.runWell();
        await scene.isDraining(gone);
        await scene.addNode(gone);
        await scene.runWell();
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: all nodes replaced",
      step: async () => {
        const nodes = await scene.nodes();
        await scene.replaceAll(nodes.length);
        await scene.runWell();
        for (const node of nodes) await scene.isDraining(node);
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: node gone while DNS lists it is kept for the allowance, then goes",
      step: async () => {
        const gone = await scene.removeNode();
        await scene.dnsLists(gone);
        for (let run = 1; run <= scene.allowance; run++) {
          await scene.runWell();
          await scene.isTarget(gone);
        }
        await scene.runWell();
        await scene.isDraining(gone);
        await scene.calm();
        await scene.addNode();
        await scene.runWell();
        return `kept for ${scene.allowance} runs, each in a new execution environment; ${await scene.inSync()}`;
      },
    },
    {
      item: "sync Lambda: address taken by another interface goes at once, though DNS lists it",
      step: async () => {
        const gone = await scene.removeNode();
        await scene.dnsLists(gone);
        const giveUp = await scene.takeAddress(gone);
        await scene.runWell();
        await scene.isDraining(gone);
        await giveUp();
        await scene.calm();
        await scene.addNode();
        await scene.runWell();
        return scene.inSync();
      },
    },
    {
      item: "sync Lambda: interfaces cannot be read: nothing changes, the run fails",
      step: async () => {
        const before = await scene.nodes();
        await scene.fault({ service: "ec2", action: "DescribeNetworkInterfaces", code: "InternalError", status: 500 });
        await scene.removeNode(await scene.addNode());
        const error = await scene.runBadly("interfaces");
        for (const node of before) await scene.isTarget(node);
        await scene.calm();
        await scene.runWell();
        return `${error}; then ${await scene.inSync()}`;
      },
    },
    {
      item: "sync Lambda: DNS does not answer: new nodes come in, no more than the share goes, the run fails",
      step: async () => {
        await scene.dnsFails();
        const added = await scene.addNode();
        const gone = await scene.removeNode(added);
        const error = await scene.runBadly("dns");
        await scene.isTarget(added);
        await scene.isDraining(gone);
        await scene.calm();
        await scene.runWell();
        return `${error}; then ${await scene.inSync()}`;
      },
    },
    {
      item: "sync Lambda: counters unreadable: registration goes on, the run fails once",
      step: async () => {
        await scene.corruptCounters();
        await scene.addNode();
        const error = await scene.runBadly("counters");
        const seen = await scene.inSync();
        await scene.removeNode();
        await scene.runWell();
        return `${error}; then ${seen}`;
      },
    },
    {
      item: "sync Lambda: access denied: the run fails, the next one mends it",
      step: async () => {
        await scene.fault({
          service: "elasticloadbalancing",
          action: "RegisterTargets",
          code: "AccessDenied",
          status: 403,
        });
        await scene.removeNode(await scene.addNode());
        const error = await scene.runBadly("AccessDenied");
        await scene.calm();
        await scene.runWell();
        return `${error}; then ${await scene.inSync()}`;
      },
    },
    {
      item: "sync Lambda: throttled: waits and succeeds",
      step: async () => {
        await scene.fault({
          service: "elasticloadbalancing",
          action: "DescribeTargetHealth",
          code: "Throttling",
          times: 2,
        });
        await scene.removeNode(await scene.addNode());
        await scene.runWell();
        await scene.calm();
        return scene.inSync();
      },
    },
    { item: "sync Lambda: its role allows the calls it made, and no other", step: () => scene.roleFits() },
  ];
}
