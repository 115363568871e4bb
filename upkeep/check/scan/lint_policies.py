"""Lints IAM policies with parliament.

Reads a JSON list of {"place", "kind", "policy"} from standard input; writes a JSON list of {"check", "place", "says"}.
Parliament ships its copy of the Service Authorization Reference, so nothing is asked of AWS.
"""

import json
import sys

import parliament


# The resource of a role's, a key's or a bucket's own policy is what it stands on.
NEEDLESS_IN_RESOURCE_POLICIES = {"MALFORMED": "neither Resource nor NotResource", "RESOURCE_STAR": ""}


def lint(place, kind, policy):
    for finding in parliament.analyze_policy_string(json.dumps(policy)).findings:
        says = f"{finding.detail or finding.title or ''} {finding.location.get('string', '')}".strip()
        needless = NEEDLESS_IN_RESOURCE_POLICIES.get(finding.issue)
        if kind == "identity" or needless is None or needless not in says:
            yield {"check": finding.issue, "place": place, "says": says}


print(json.dumps([finding for each in json.load(sys.stdin) for finding in lint(**each)]))
