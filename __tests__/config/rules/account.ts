import { changed } from "../changed";
import { environment, type Files } from "../support";
import { type RuleCases, reason } from "./cases";

const besideProd = (changes: Readonly<Record<string, unknown>>, name = "prod-eu"): Files => ({
  environments: {
    prod: environment,
    [name]: changed(environment, { "network.cidr": "10.21.0.0/16", "network.natGateways": "single", ...changes }),
  },
});
const says = /names that do not begin with those of another environment/;

export const cases: readonly RuleCases[] = [
  {
    rule: "namesDoNotBeginAnothers",
    fails: [
      { when: "policies of prod cover prod-eu", files: besideProd({}), path: "project", says },
      {
        when: "an account is not written down",
        files: besideProd({ accountId: undefined, "backend.type": "local" }),
        path: "project",
        says,
      },
      {
        when: "project and file name make it so together",
        files: {
          environments: {
            pr: environment,
            eu: changed(environment, {
              "network.cidr": "10.21.0.0/16",
              "network.natGateways": "single",
              project: "private-app-pr",
            }),
          },
        },
        path: "project",
        says,
      },
    ],
    passes: [
      { when: "the accounts differ", files: besideProd({ accountId: "222233334444" }) },
      { when: "the projects differ", files: besideProd({ project: "shop" }) },
      { when: "one name only begins like the other", files: besideProd({}, "prodx") },
      { when: "there is a reason", files: besideProd({ "acknowledge.sharedNamePrefix": reason }) },
    ],
  },
];
