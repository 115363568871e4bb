import render from "preact-render-to-string";
import { environmentSchema } from "../../../config/schema";
import { zoneWarnings } from "../../../config/service-consumers";
import { Consumers } from "../../../proof/report/page/sections/consumers";
import { environment } from "../../config/support";

const consumer = (account: string, more: object = {}) => ({ principals: [`arn:aws:iam::${account}:root`], ...more });
const own = {
  name: "test",
  ...environmentSchema.parse({
    ...environment,
    network: { ...environment.network, availabilityZoneCount: 2, availabilityZoneIds: ["euc1-az1", "euc1-az2"] },
    privatelink: {
      ...environment.privatelink,
      consumers: {
        acme: consumer("444455556666", {
          availabilityZoneIds: ["euc1-az1"],
          costCentre: "4711",
          limits: { requestsPerFiveMinutes: 300, certificateSubject: "CN=acme" },
        }),
        beta: consumer("555566667777", {
          availabilityZoneIds: ["euc1-az1", "euc1-az2"],
          accept: { automatically: true, atMostEndpoints: 2 },
        }),
        gamma: consumer("666677778888"),
        far: consumer("777788889999", { availabilityZoneIds: ["euw1-az1"] }),
      },
    },
  }),
};
const page = (of: typeof own) =>
  render(
    Consumers({
      environment: of,
      costs: [{ environment: "test", lines: [{ item: "NLB", quantity: "1", monthly: 80 }], options: [] }],
    }),
  );
const row = (html: string, first: string) =>
  [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)]
    .map(([, cells = ""]) => [...cells.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell))
    .find(([heading]) => heading === first);

test("a consumer in fewer zones than the service is warned about, and one of another Region is not", () => {
  expect(zoneWarnings(own)).toEqual([
    "test: consumer acme has no endpoint in euc1-az2: if euc1-az1 fails, it is cut off from a service that still works",
  ]);
});

test("without the service's zones in the file, their number tells", () => {
  const { availabilityZoneIds: _, ...network } = own.network;
  expect(zoneWarnings({ ...own, network })).toEqual([
    "test: consumer acme has endpoints in 1 of 2 zones: if euc1-az1 fails, it is cut off from a service that still works",
  ]);
});

test("the report has a row for each consumer with its part of the cost, and says who is cut off when a zone fails", () => {
  const html = page(own);
  expect(row(html, "acme")).toEqual([
    "acme",
    "444455556666",
    "by a person",
    "no last day",
    "euc1-az1",
    "300 at most",
    "4711",
    "$20",
  ]);
  expect(row(html, "beta")?.[5]).toBe("no limit");
  expect(row(html, "beta")?.[2]).toBe("automatic, 2 endpoints at most");
  expect(row(html, "euc1-az1")).toEqual(["euc1-az1", "acme"]);
  expect(row(html, "euc1-az2")).toEqual(["euc1-az2", "none"]);
});

test("without consumers by name the section says so", () => {
  const html = page({ ...own, privatelink: { ...own.privatelink, consumers: {} } });
  expect(html).toContain("0 by name");
  expect(html).not.toContain("<table");
});
