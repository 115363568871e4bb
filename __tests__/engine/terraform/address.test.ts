import { parseAddress } from "../../../engine/terraform/address";

test.each([
  ["aws_vpc.network_vpc_1", { type: "aws_vpc", name: "network_vpc_1" }],
  [
    'aws_route53_zone.zone["app.example.internal"]',
    { type: "aws_route53_zone", name: "zone", key: "app.example.internal" },
  ],
  ['aws_route53_record.r["a[0].b"]', { type: "aws_route53_record", name: "r", key: "a[0].b" }],
  ["aws_subnet.private[2]", { type: "aws_subnet", name: "private", key: "2" }],
  ['module.app["x.y"].aws_vpc_endpoint.this', { type: "aws_vpc_endpoint", name: "this" }],
  ["data.aws_region.current", { type: "aws_region", name: "current" }],
  ["what is this", { type: "", name: "what is this" }],
])("%s", (address, parts) => {
  expect(parseAddress(address)).toEqual(parts);
});
