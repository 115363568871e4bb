"""Where an Application Load Balancer sends a request: by the rules of its listener, as the guide for ALBs says."""

from __future__ import annotations

import unittest
from typing import Any

from tests.emulator import emulator  # first: it configures moto
from emulated_aws.services.load_balancer_requests import route
from tests.worlds import target_group, way_out

ANYTHING = "anything.example.com"


class Requests(unittest.TestCase):
    def setUp(self) -> None:
        self.names = emulator.with_worlds("alb-listener", "cluster", "definition")
        way_out(emulator.client, self.names)
        self.elb = emulator.client("elbv2")

    def group(self, name: str) -> str:
        return target_group(emulator.client, self.names, name, Protocol="HTTP", TargetType="ip")

    def rule(self, priority: int, conditions: list[dict[str, Any]], *actions: dict[str, Any]) -> None:
        self.elb.create_rule(
            ListenerArn=self.names["alb_listener"], Priority=priority, Conditions=conditions, Actions=list(actions)
        )

    def fixed(self, priority: int, *conditions: dict[str, Any]) -> None:
        """A rule that is recognised by its status: 200 and its priority."""
        answer = {"StatusCode": str(200 + priority), "ContentType": "text/plain"}
        self.rule(priority, list(conditions), {"Type": "fixed-response", "FixedResponseConfig": answer})

    def ask(self, path: str = "/", host: str = ANYTHING, **more: Any) -> dict[str, Any]:
        return route({"loadBalancerArn": self.names["alb"], "port": 80, "path": path, "host": host, **more})

    def priority(self, path: str = "/", host: str = ANYTHING, **more: Any) -> Any:
        return self.ask(path, host, **more)["priority"]

    def test_paths_are_compared_with_their_case_and_hosts_without(self) -> None:
        self.fixed(1, {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/reports/*", "/v?/list"]}})
        self.fixed(2, {"Field": "host-header", "HostHeaderConfig": {"Values": ["admin.example.com", "*.internal.org"]}})
        for path, expected in (
            ("/reports/", 1),
            ("/reports/2025/all", 1),
            ("/v2/list", 1),
            ("/v10/list", "default"),
            ("/reports", "default"),
            ("/Reports/", "default"),
            ("/a/reports/", "default"),
        ):
            self.assertEqual(self.priority(path), expected, path)
        for host, expected in (
            ("admin.example.com", 2),
            ("ADMIN.example.com", 2),
            ("a.b.internal.org", 2),
            ("internal.org", "default"),
            ("adminXexample.com", "default"),
        ):
            self.assertEqual(self.priority(host=host), expected, host)

    def test_the_lowest_number_decides_whatever_the_order_of_creation(self) -> None:
        for priority in (30, 5, 200):
            self.fixed(priority, {"Field": "path-pattern", "Values": ["/a*"]})
        self.assertEqual(self.ask("/abc")["status"], 205)

    def test_all_conditions_have_to_be_met_and_one_value_of_each(self) -> None:
        self.fixed(
            1,
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}},
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}},
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["test*"]}},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "version", "Value": "v?"}]}},
        )
        good = {
            "path": "/b",
            "method": "POST",
            "headers": {"x-kind": "Testing"},
            "query": {"version": "V2"},
        }
        self.assertEqual(self.priority(**good), 1)
        for bad in (
            {"path": "/c"},
            {"method": "post"},
            {"headers": {}},
            {"headers": {"x-kind": "a test"}},
            {"query": {"other": "v2"}},
            {"query": {"version": "v22"}},
        ):
            self.assertEqual(self.priority(**{**good, **bad}), "default", bad)

    def test_a_source_is_in_the_range_of_its_condition(self) -> None:
        self.fixed(1, {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/16"]}})
        self.assertEqual([self.priority(source=source) for source in ("10.0.3.4", "10.1.0.1")], [1, "default"])

    def test_a_redirect_fills_in_the_parts_of_the_request(self) -> None:
        to = {"Protocol": "HTTPS", "Port": "443", "Path": "/new/#{path}", "StatusCode": "HTTP_301"}
        self.rule(1, [{"Field": "path-pattern", "Values": ["/old*"]}], {"Type": "redirect", "RedirectConfig": to})
        answer = self.ask("/old/a", "shop.example.com", query={"q": "1"})
        self.assertEqual((answer["status"], answer["location"]), (301, "https://shop.example.com:443/new/old/a?q=1"))

    def test_weights_share_the_requests_and_none_goes_to_weight_0(self) -> None:
        groups = {self.group(name): weight for name, weight in (("blue", 3), ("green", 1), ("grey", 0))}
        weights = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups.items()]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}
        self.rule(1, [{"Field": "path-pattern", "Values": ["/*"]}], action)
        asked = [self.ask()["targetGroupArn"] for _ in range(40)]
        self.assertEqual([asked.count(arn) for arn in groups], [30, 10, 0])

    def test_healthy_tasks_answer_in_turn_and_all_of_them_where_none_is_healthy(self) -> None:
        self.assertEqual(self.ask(), {"priority": "default", "action": "forward", "status": 503,
                                      "targetGroupArn": self.names["alb_group"]})
        emulator.client("ecs").create_service(
            cluster="shop",
            serviceName="web",
            taskDefinition="shop",
            desiredCount=3,
            launchType="FARGATE",
            loadBalancers=[{"targetGroupArn": self.names["alb_group"], "containerName": "app", "containerPort": 8080}],
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": [self.names["subnet_a"]], "securityGroups": [self.names["group"]]}
            },
        )
        asked = [self.ask() for _ in range(6)]
        self.assertEqual({(each["target"]["port"], each["task"]["group"]) for each in asked}, {(8080, "service:web")})
        tasks = [each["task"]["taskArn"] for each in asked]
        self.assertEqual([tasks.count(each) for each in set(tasks)], [2, 2, 2])
        addresses = sorted({each["target"]["id"] for each in asked})
        for number, expected in ((1, 2), (2, 1), (3, 3)):
            wish = {"targetId": addresses[number - 1], "health": {"state": "unhealthy"}}
            emulator.control._routes[("POST", "target-health")]({"targetGroupArn": self.names["alb_group"], **wish})
            self.assertEqual(len({self.ask()["target"]["id"] for _ in range(6)}), expected)

    def test_a_listeners_new_default_action_decides_and_a_port_needs_a_listener(self) -> None:
        group = self.group("other")
        self.elb.modify_listener(
            ListenerArn=self.names["alb_listener"], DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
        )
        self.assertEqual(self.ask()["targetGroupArn"], group)
        with self.assertRaisesRegex(ValueError, "inner has no listener on port 81"):
            self.ask(port=81)


if __name__ == "__main__":
    unittest.main()
