import { changed } from "../changed";
import { environment } from "../support";
import { aConsumer, anEnvironment, type RuleCases } from "./cases";

const boundary = (account: string, partition = "aws") => ({
  "iam.permissionsBoundaryArn": `arn:${partition}:iam::${account}:policy/boundary`,
});
const beside = (first: object, changes: object) => ({
  environments: {
    first: changed(environment, { tags: { team: "x" }, requiredTags: ["team"], ...first }),
    test: changed(environment, { "network.cidr": "10.30.0.0/16", "network.natGateways": "single", ...changes }),
  },
});

export const cases: readonly RuleCases[] = [
  aConsumer(
    "consumerBoundaryIsTheAccounts",
    /a policy of the role's own account/,
    [["it is another account's", boundary("999988887777"), "iam.permissionsBoundaryArn"]],
    [["it is the account's own", boundary("444455556666")]],
  ),
  anEnvironment(
    "environmentBoundaryIsTheAccounts",
    /a policy of the role's own account/,
    [
      ["it is another account's", boundary("999988887777"), "iam.permissionsBoundaryArn"],
      ["it is of another partition", boundary("111122223333", "aws-cn"), "iam.permissionsBoundaryArn"],
    ],
    [
      ["it is the account's own", boundary("111122223333")],
      ["AWS manages it", boundary("aws")],
    ],
  ),
  anEnvironment(
    "environmentHasTheRequiredTags",
    /tags with team/,
    [
      ["there are no tags", { requiredTags: ["team"] }, "tags"],
      ["the name differs in case", { requiredTags: ["team"], tags: { Team: "x" } }, "tags"],
    ],
    [["it is there", { requiredTags: ["team"], tags: { team: "x" } }]],
  ),
  aConsumer(
    "consumerHasTheRequiredTags",
    /tags with team/,
    [["there are no tags", { requiredTags: ["team"] }, "tags"]],
    [["it is there", { requiredTags: ["team"], tags: { team: "x" } }]],
  ),
  {
    rule: "accountsDemandTheSameTags",
    fails: [
      {
        when: "another environment of the account requires it",
        files: beside({}, {}),
        path: "tags",
        says: /tags with team/,
      },
    ],
    passes: [
      { when: "it is there", files: beside({}, { tags: { team: "y" } }) },
      { when: "the accounts differ", files: beside({ accountId: "222233334444" }, {}) },
    ],
  },
];
