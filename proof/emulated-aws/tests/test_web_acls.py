"""AWS WAF in front of an Application Load Balancer: who has a web ACL, and which requests its limits stop."""

from __future__ import annotations

import unittest
from typing import Any

from tests.emulator import emulator  # first: it configures moto
from emulated_aws import clock
from emulated_aws.services.load_balancer_requests import route
from tests.test_services import code_of
from tests.worlds import rate_rule, visibility

ACME = {"X-Consumer": "acme"}


class WebAcls(unittest.TestCase):
    def setUp(self) -> None:
        self.names = emulator.with_worlds("alb-listener", "associated-web-acl")
        self.waf = emulator.client("wafv2")

    def update(self, *rules: dict[str, Any]) -> None:
        found = self.get()
        self.waf.update_web_acl(
            Name="shop",
            Scope="REGIONAL",
            Id=self.names["web_acl_id"],
            LockToken=found["LockToken"],
            DefaultAction={"Allow": {}},
            VisibilityConfig=visibility("shop"),
            Rules=list(rules),
        )

    def get(self) -> dict[str, Any]:
        found: dict[str, Any] = self.waf.get_web_acl(Name="shop", Scope="REGIONAL", Id=self.names["web_acl_id"])
        return found

    def ask(self, headers: dict[str, str]) -> dict[str, Any]:
        answer = route(
            {"loadBalancerArn": self.names["alb"], "port": 80, "path": "/", "host": "a.example.com", "headers": headers}
        )
        return answer

    def statuses(self, times: int, headers: dict[str, str]) -> list[int]:
        """There is no target, so a request that passes gets 503."""
        return [self.ask(headers)["status"] for _ in range(times)]

    def test_a_limit_stops_the_requests_above_it_of_its_consumer_alone_until_five_minutes_have_passed(self) -> None:
        self.update(rate_rule(0, 10), rate_rule(1, 12, b"other"))
        self.assertEqual(self.statuses(12, ACME), [503] * 10 + [429] * 2)
        self.assertEqual(self.statuses(12, {"x-consumer": "other"}), [503] * 12)
        self.assertEqual(self.statuses(12, {"x-consumer": "Acme"}), [503] * 12)
        self.assertEqual(self.statuses(12, {}), [503] * 12)
        clock.advance(301)
        self.assertEqual(self.statuses(11, ACME), [503] * 10 + [429])

    def test_an_action_that_counts_stops_nothing_and_the_next_rules_are_tried(self) -> None:
        size = {
            "SizeConstraintStatement": {
                "FieldToMatch": {"SingleHeader": {"Name": "x-consumer"}},
                "ComparisonOperator": "GT",
                "Size": 0,
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        }
        without = {
            "Name": "without",
            "Priority": 1,
            "Action": {"Count": {}},
            "Statement": {"NotStatement": {"Statement": size}},
            "VisibilityConfig": visibility("without"),
        }
        self.update(rate_rule(0, 10, action={"Count": {}}), without)
        self.assertEqual(self.statuses(11, ACME), [503] * 11)
        self.assertEqual(self.ask(ACME)["webAclRules"], ["rule-0"])
        self.assertEqual(self.ask({})["webAclRules"], ["without"])
        # 2 for the rate, 2 for the comparison; 1 each for not and size
        self.assertEqual(self.get()["WebACL"]["Capacity"], 6)

    def test_a_load_balancer_has_one_web_acl_and_leaves_it_when_it_is_deleted(self) -> None:
        second = self.waf.create_web_acl(
            Name="second", Scope="REGIONAL", DefaultAction={"Block": {}}, VisibilityConfig=visibility("second")
        )["Summary"]
        alb = self.names["alb"]
        self.waf.associate_web_acl(WebACLArn=second["ARN"], ResourceArn=alb)
        self.assertEqual(self.waf.get_web_acl_for_resource(ResourceArn=alb)["WebACL"]["Name"], "second")
        self.assertEqual(self.statuses(1, ACME), [403])
        first = {"Name": "shop", "Scope": "REGIONAL", "Id": self.names["web_acl_id"]}
        delete = self.waf.delete_web_acl
        self.assertEqual(code_of(delete, **first, LockToken=self.names["web_acl_lock"]), "")
        other = {"Name": "second", "Scope": "REGIONAL", "Id": second["Id"], "LockToken": second["LockToken"]}
        self.assertEqual(code_of(delete, **other), "WAFAssociatedItemException")
        emulator.client("elbv2").delete_load_balancer(LoadBalancerArn=alb)
        self.assertEqual(code_of(delete, **other), "")
        arn = f"{alb}0"
        self.assertEqual(
            code_of(self.waf.associate_web_acl, WebACLArn=second["ARN"], ResourceArn=arn), "WAFNonexistentItemException"
        )


if __name__ == "__main__":
    unittest.main()
