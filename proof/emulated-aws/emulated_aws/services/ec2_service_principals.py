"""EC2: who a VPC endpoint service may be opened to. moto takes any text.

Account, role, user and `*` are what AWS documents; "Principal ARNs with path components aren't supported".
Sources: AWS PrivateLink Guide, "Configure an endpoint service", and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.vpc_service_configuration import VPCEndpointServiceConfiguration as Responses

from ..extend import replaces

_DOCUMENTED = re.compile(r"\*|arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/[\w+=,.@-]+)")


@replaces(Responses, "modify_vpc_endpoint_service_permissions")
def refuse_other_principals(original: Callable[..., Any], response: Any) -> ActionResult:
    for principal in response._get_param("AddAllowedPrincipals", []):
        if not _DOCUMENTED.fullmatch(principal):
            raise EC2ClientError("InvalidPrincipal", f"The specified principal '{principal}' is not valid")
    answer: ActionResult = original(response)
    return answer
