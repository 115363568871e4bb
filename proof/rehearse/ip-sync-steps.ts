import { expectSame, type Scene } from "./ip-sync-scene";

/** One situation of the ALB, told in the verbs of the scene. */
interface Step {
  readonly item: string;
  /** @returns what was seen; rejects with what was not as it should be */
  readonly step: () => Promise<string>;
}

/** In order: each step begins with what the one before it has left. */
export const steps = (scene: Scene): Step[] => [
  ...nothingToDo(scene),
  ...nodesChange(scene),
  ...sourcesDisagree(scene),
  ...sourceFails(scene),
  ...callFails(scene),
  { item: "its role allows the calls it made, and no other", step: () => scene.roleFits() },
];

/** The function as it was deployed. */
const nothingToDo = (scene: Scene): Step[] => [
  { item: "deployed code equals the built package", step: () => scene.sameBytes() },
  {
    item: "the apply has registered the first targets",
    step: () => scene.inSync(),
  },
  {
    item: "a run with nothing to do makes one call for each target group and one",
    step: async () => {
      const before = await scene.numberOfCalls();
      await scene.runWell(2);
      const made = (await scene.numberOfCalls()) - before;
      expectSame(made, 2 * (1 + scene.mappings.length) + 1, "calls in two runs");
      return `${made} calls in two runs, one of them to read the history after a cold start`;
    },
  },
];

/** All sources say the same. */
const nodesChange = (scene: Scene): Step[] => [
  {
    item: "node replaced",
    step: async () => {
      const gone = await scene.removeNode(await scene.addNode());
      await scene.runWell();
      await scene.isDraining(gone);
      return scene.inSync();
    },
  },
  {
    item: "node added",
    step: async () => {
      await scene.addNode();
      await scene.runWell();
      return scene.inSync();
    },
  },
  {
    item: "node returns while its target drains",
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
    item: "all nodes replaced",
    step: async () => {
      const nodes = await scene.nodes();
      await scene.replaceAll(nodes.length);
      await scene.runWell();
      for (const node of nodes) await scene.isDraining(node);
      return scene.inSync();
    },
  },
];

/** EC2 and DNS name different nodes. */
const sourcesDisagree = (scene: Scene): Step[] => [
  {
    item: "node gone while DNS lists it is kept for the allowance, then goes",
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
    item: "address taken by another interface goes at once, though DNS lists it",
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
    item: "EC2 shows a new node late: it is a target as soon as DNS lists it",
    step: async () => {
      const added = await scene.addNode();
      await scene.ec2Shows({ omitted: [added.address] });
      await scene.runWell();
      await scene.isTarget(added);
      await scene.calm();
      await scene.runWell();
      return scene.inSync();
    },
  },
  {
    item: "a node that DNS withdraws drains after two runs, though its interface is there",
    step: async () => {
      await scene.addNode();
      await scene.runWell();
      const [leaving] = await scene.nodes();
      if (!leaving) throw new Error("the ALB has no node");
      await scene.dnsWithdraws(leaving);
      await scene.runWell();
      await scene.isTarget(leaving);
      await scene.runWell();
      await scene.isDraining(leaving);
      await scene.calm();
      await scene.removeNode();
      await scene.runWell();
      return `kept in the first run, draining after the second; ${await scene.inSync()}`;
    },
  },
];

/** EC2, DNS or the function's own history cannot be read. */
const sourceFails = (scene: Scene): Step[] => [
  {
    item: "interfaces cannot be read: DNS and the health check decide, the run fails",
    step: async () => {
      await scene.fault({ service: "ec2", action: "DescribeNetworkInterfaces", code: "InternalError", status: 500 });
      const added = await scene.addNode();
      const gone = await scene.removeNode(added);
      const error = await scene.runBadly("interfaces");
      await scene.isTarget(added);
      await scene.isDraining(gone);
      await scene.calm();
      await scene.runWell();
      return `${error}; then ${await scene.inSync()}`;
    },
  },
  {
    item: "EC2 leaves out half of the nodes while DNS fails: no healthy target goes",
    step: async () => {
      const nodes = await scene.nodes();
      const omitted = nodes.slice(0, Math.ceil(nodes.length / 2)).map(({ address }) => address);
      await scene.ec2Shows({ omitted });
      await scene.dnsFails();
      for (let run = 1; run <= 2; run++) await scene.runBadly("dns");
      for (const node of nodes) await scene.isTarget(node);
      await scene.calm();
      await scene.runWell();
      return scene.inSync();
    },
  },
  {
    item: "DNS does not answer: new nodes come in, no more than the share goes, the run fails",
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
    item: "history unreadable: registration continues, the run fails once",
    step: async () => {
      await scene.corruptHistory();
      await scene.addNode();
      const error = await scene.runBadly("history");
      const seen = await scene.inSync();
      await scene.removeNode();
      await scene.runWell();
      return `${error}; then ${seen}`;
    },
  },
];

/** AWS refuses what the function does. */
const callFails = (scene: Scene): Step[] => [
  {
    item: "access denied: the run fails, the next one corrects it",
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
    item: "throttled: waits and succeeds",
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
];
