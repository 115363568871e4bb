"""A worker follows its queue, minute by minute of the emulator's clock: metrics, metric math, alarms and policies."""

from __future__ import annotations

import unittest
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.emulator import emulator  # first: it configures moto
from emulated_aws import clock
from emulated_aws.metric_math import evaluate
from tests.worlds import way_out

BACKLOG = "(visible + inFlight)"
RUNNING = "FILL(tasks, 0)"
RESOURCE = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/worker",
    "ScalableDimension": "ecs:service:DesiredCount",
}
METRICS = {
    "visible": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "orders"}),
    "inFlight": ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", {"QueueName": "orders"}),
    "tasks": ("ECS/ContainerInsights", "RunningTaskCount", {"ClusterName": "shop", "ServiceName": "worker"}),
}


def stats(**more: Any) -> list[dict[str, Any]]:
    return [
        {
            "Id": name,
            "MetricStat": {
                "Metric": {
                    "Namespace": namespace,
                    "MetricName": metric,
                    "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                },
                "Stat": "Average",
                **more,
            },
            "ReturnData": False,
        }
        for name, (namespace, metric, dimensions) in METRICS.items()
    ]


class Workers(unittest.TestCase):
    def setUp(self) -> None:
        self.names = emulator.with_worlds("network", "definition")
        way_out(emulator.client, self.names)
        self.ecs, self.sqs = emulator.client("ecs"), emulator.client("sqs")
        self.scaling, self.watch = emulator.client("application-autoscaling"), emulator.client("cloudwatch")
        self.queue = self.sqs.create_queue(QueueName="orders")["QueueUrl"]
        self.ecs.create_cluster(clusterName="shop", settings=[{"name": "containerInsights", "value": "enabled"}])

    def worker(self, least: int, most: int = 5) -> None:
        network = {"subnets": [self.names["subnet_a"]], "securityGroups": [self.names["group"]]}
        self.ecs.create_service(
            cluster="shop",
            serviceName="worker",
            taskDefinition="shop",
            desiredCount=least,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": network},
        )
        self.scaling.register_scalable_target(**RESOURCE, MinCapacity=least, MaxCapacity=most)

    def track(self, target: float, name: str = "backlog", **more: Any) -> str:
        """Keeps so many messages before each task."""
        expression = f"{BACKLOG} / IF({RUNNING} < 1, 1, {RUNNING})"
        answer = self.scaling.put_scaling_policy(
            **RESOURCE,
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": target,
                "CustomizedMetricSpecification": {
                    "Metrics": [*stats(), {"Id": "perTask", "Expression": expression, "ReturnData": True}]
                },
                "ScaleOutCooldown": 60,
                "ScaleInCooldown": 300,
                **more,
            },
        )
        return str(answer["PolicyARN"])

    def start_first(self) -> None:
        policy = self.scaling.put_scaling_policy(
            **RESOURCE,
            PolicyName="first",
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
                "Cooldown": 120,
            },
        )["PolicyARN"]
        self.watch.put_metric_alarm(
            AlarmName="first-message",
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            Threshold=1,
            EvaluationPeriods=1,
            TreatMissingData="notBreaching",
            Metrics=[
                *stats(Period=60),
                {"Id": "waiting", "Expression": f"IF({RUNNING} < 1, {BACKLOG}, 0)", "ReturnData": True},
            ],
            AlarmActions=[policy],
        )

    def send(self, number: int) -> None:
        entries = [{"Id": str(each), "MessageBody": str(each)} for each in range(10)]
        for _ in range(number // 10):
            self.sqs.send_message_batch(QueueUrl=self.queue, Entries=entries)

    def running(self) -> int:
        service = self.ecs.describe_services(cluster="shop", services=["worker"])["services"][0]
        return int(service["runningCount"])

    def next_minute(self) -> None:
        """The clock is just behind it then, so that what takes seconds here is within the same minute."""
        clock.advance(60 - clock.now() % 60)

    def minutes(self, number: int) -> list[int]:
        """The tasks that run after each of the next minutes."""
        found = []
        for _ in range(number):
            self.next_minute()
            found.append(self.running())
        return found

    def test_a_backlog_of_2400_messages_takes_the_tasks_that_it_needs_and_they_go_with_it(self) -> None:
        self.worker(0)
        self.start_first()
        self.track(600)
        self.assertEqual(self.minutes(3), [0, 0, 0])
        self.send(2400)
        # the first message starts a task at once; three minutes above the target then make it 2400 / 600
        self.assertEqual(self.minutes(6), [1, 1, 4, 4, 4, 4])
        self.sqs.purge_queue(QueueUrl=self.queue)
        # fifteen minutes below nine tenths of the target
        self.assertEqual(self.minutes(16), [4] * 14 + [0, 0])
        causes = [
            (each["Description"], each["Cause"].split(" triggered ")[1])
            for each in self.scaling.describe_scaling_activities(ServiceNamespace="ecs")["ScalingActivities"]
        ]
        self.assertEqual(
            causes,
            [
                ("Setting desired count to 0.", "policy backlog"),
                ("Setting desired count to 4.", "policy backlog"),
                ("Setting desired count to 1.", "policy first"),
            ],
        )

    def test_messages_that_are_being_worked_on_count_and_a_maximum_holds(self) -> None:
        self.worker(1, most=3)
        self.track(10)
        self.send(50)
        self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=3600)
        self.assertEqual(self.minutes(4), [1, 1, 3, 3])
        self.assertEqual(self.value("ApproximateNumberOfMessagesVisible", QueueName="orders"), 40)
        self.assertEqual(self.value("ApproximateNumberOfMessagesNotVisible", QueueName="orders"), 10)

    def value(self, name: str, **dimensions: str) -> float:
        """The newest value of a metric, as anybody may read it."""
        end = datetime.fromtimestamp(clock.now(), timezone.utc)
        found = self.watch.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=end - timedelta(minutes=5),
            EndTime=end,
            Period=60,
            Statistics=["Average"],
        )["Datapoints"]
        return float(max(found, key=lambda each: each["Timestamp"])["Average"])

    def test_a_backlog_can_be_given_to_a_queue_of_either_kind_and_taken_away(self) -> None:
        self.sqs.create_queue(QueueName="letters.fifo", Attributes={"FifoQueue": "true"})
        set_backlog = emulator.control._routes[("POST", "queues/backlog")]
        for name in ("orders", "letters.fifo"):
            for messages in (30, 20, 0):
                set_backlog({"queueArn": f"arn:aws:sqs:eu-central-1:123456789012:{name}", "messages": messages})
                self.next_minute()
                self.assertEqual(self.value("ApproximateNumberOfMessagesVisible", QueueName=name), messages)
        with self.assertRaisesRegex(KeyError, "no queue .*:missing"):
            set_backlog({"queueArn": "arn:aws:sqs:eu-central-1:123456789012:missing", "messages": 1})

    def test_a_message_is_seen_again_when_its_time_has_passed_on_the_clock(self) -> None:
        self.send(10)
        receive = {"QueueUrl": self.queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 90}
        self.assertEqual(len(self.sqs.receive_message(**receive)["Messages"]), 10)
        self.assertNotIn("Messages", self.sqs.receive_message(**receive))
        clock.advance(91)
        self.assertEqual(len(self.sqs.receive_message(**receive)["Messages"]), 10)

    def test_of_two_policies_the_one_that_wants_most_decides_and_both_have_to_agree_on_fewer(self) -> None:
        self.worker(1)
        self.track(100)
        self.track(25, "faster")
        self.send(100)
        self.assertEqual(self.minutes(4), [1, 1, 4, 4])
        # 25 of each task is far below the target of the one, and just that of the other
        self.assertEqual(self.minutes(20)[-1], 4)
        self.sqs.purge_queue(QueueUrl=self.queue)
        self.assertEqual(self.minutes(20)[-1], 1)

    def test_a_policy_without_scale_in_keeps_the_tasks(self) -> None:
        self.worker(1)
        self.track(50, DisableScaleIn=True)
        self.send(100)
        self.minutes(4)
        self.sqs.purge_queue(QueueUrl=self.queue)
        self.assertEqual(self.minutes(20)[-1], 2)

    def test_a_changed_policy_keeps_its_arn_and_has_its_two_alarms_alone(self) -> None:
        self.worker(1)
        self.assertEqual(self.track(50), self.track(100))
        alarms = self.watch.describe_alarms(AlarmNamePrefix="TargetTracking-service/shop/worker-")["MetricAlarms"]
        self.assertEqual(
            [(each["AlarmName"].split("-")[2], each["EvaluationPeriods"], each["Threshold"]) for each in alarms],
            [("AlarmHigh", 3, 100.0), ("AlarmLow", 15, 90.0)],
        )
        self.assertEqual([each["Id"] for each in alarms[0]["Metrics"]], [*METRICS, "perTask"])
        self.send(200)
        self.assertEqual(self.minutes(4)[-1], 2)

    def test_an_alarm_that_no_policy_acts_on_keeps_its_state(self) -> None:
        self.watch.put_metric_alarm(
            AlarmName="depth",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": "orders"}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        self.send(10)
        self.next_minute()
        self.assertEqual(self.watch.describe_alarms()["MetricAlarms"][0]["StateValue"], "OK")

    def test_no_answer_differs_from_its_model(self) -> None:
        self.worker(0)
        self.start_first()
        self.track(600)
        self.watch.describe_alarms()
        self.scaling.describe_scaling_policies(ServiceNamespace="ecs")
        self.assertEqual(emulator.control.answers.entries()["unexpected"], [])


class MetricMath(unittest.TestCase):
    def of(self, expression: str, **values: Any) -> Any:
        return evaluate(expression, lambda name: values[name])

    def test_numbers_arithmetic_comparisons_and_functions(self) -> None:
        for expression, expected in (
            ("(a + 2 * b) / 4", 2.0),
            ("-a + b", 1.0),
            ("IF(a < b, 10, 20)", 10.0),
            ("IF(a >= b, 10, 20)", 20.0),
            ("MAX(a, b, 1) - MIN(a, b)", 1.0),
            ("SUM(a, b, 5)", 10.0),
            ("CEIL(a / b) + FLOOR(b / a) + ABS(a - b)", 3.0),
            ("a / 0", None),
        ):
            self.assertEqual(self.of(expression, a=2.0, b=3.0), expected, expression)

    def test_what_has_no_data_stays_so_until_it_is_filled(self) -> None:
        for expression, expected in (
            ("a + 1", None),
            ("IF(a < 1, 1, 2)", None),
            ("MAX(a, 1)", None),
            ("FILL(a, 7) + 1", 8.0),
            ("FILL(b, 7)", 3.0),
        ):
            self.assertEqual(self.of(expression, a=None, b=3.0), expected, expression)

    def test_what_it_lacks_is_said(self) -> None:
        for expression, said in (
            ("RATE(a)", "lacks the function RATE"),
            ("a ** 2", r"lacks a \*\* 2"),
            ("a if b else 1", "lacks a if b else 1"),
            ("'text'", "lacks 'text'"),
            ("a +", "can't read"),
        ):
            with self.assertRaisesRegex(ValueError, said):
                self.of(expression, a=1.0, b=1.0)


if __name__ == "__main__":
    unittest.main()
