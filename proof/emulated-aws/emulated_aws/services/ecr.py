"""ECR: a token that clients believe, and repositories in a registry where images can really be pushed.

moto's token has a form that the Docker provider stumbles over, and its repositories stand on a host that is not there.
With `--registry-host` repositories are those of a real registry on this machine, and its images are the repository's.
Sources: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html (12 hours),
API_DescribeImages.html there; https://distribution.github.io/distribution/spec/api/ (the registry's own API)
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import requests
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecr.exceptions import ImageNotFoundException, RepositoryNotEmptyException
from moto.ecr.models import ECRBackend, Repository
from moto.ecr.responses import ECRResponse as Responses

from ..extend import replaces

# Set by __main__; empty when repositories stay on Amazon ECR's own host names.
REGISTRY_HOST = os.environ.get("EMULATED_REGISTRY_HOST", "")

MANIFEST_TYPES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)


@replaces(Responses)
def get_authorization_token(_: Callable[..., ActionResult], response: Any) -> ActionResult:
    """`AWS:eyJ…` in Base64, as ECR's own tokens begin (a JSON document in Base64)."""
    registries = response._get_param("registryIds") or [response.current_account]
    expires = utcnow() + timedelta(hours=12)
    data = []
    for registry in registries:
        claims = json.dumps({"payload": f"emulated token of {registry}", "version": "2", "type": "DATA_KEY"})
        password = base64.b64encode(claims.encode()).decode()
        host = f"https://{registry}.dkr.ecr.{response.region}.amazonaws.com"
        data.append(
            {
                "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
                "expiresAt": expires,
                "proxyEndpoint": f"http://{REGISTRY_HOST}" if REGISTRY_HOST else host,
            }
        )
    return ActionResult({"authorizationData": data})


@replaces(ECRBackend)
def create_repository(
    original: Callable[..., Repository], backend: ECRBackend, *args: Any, **kwargs: Any
) -> Repository:
    repository = original(backend, *args, **kwargs)
    if REGISTRY_HOST:
        repository.uri = f"{REGISTRY_HOST}/{repository.name}"
    return repository


def _registry_images(name: str) -> dict[str, dict[str, Any]]:
    """Digest → manifest type, size and tags of what the real registry holds."""
    images: dict[str, dict[str, Any]] = {}
    base = f"http://{REGISTRY_HOST}/v2/{name}"
    tags = requests.get(f"{base}/tags/list", timeout=5)
    for tag in tags.json().get("tags") or [] if tags.ok else []:
        answer = requests.get(f"{base}/manifests/{tag}", headers={"Accept": ", ".join(MANIFEST_TYPES)}, timeout=5)
        if answer.ok:
            manifest = answer.json()
            image = images.setdefault(
                answer.headers["Docker-Content-Digest"],
                {
                    "manifestType": answer.headers["Content-Type"],
                    "size": sum(layer["size"] for layer in manifest.get("layers", [])),
                    "tags": [],
                },
            )
            image["tags"].append(tag)
    return images


@replaces(Responses)
def describe_images(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    if not REGISTRY_HOST:
        return original(response)
    name = response._get_param("repositoryName")
    repository = response.ecr_backend._get_repository(name)
    wanted = response._get_param("imageIds") or []
    details = [
        {
            "registryId": repository.registry_id,
            "repositoryName": name,
            "imageDigest": digest,
            "imageTags": sorted(image["tags"]),
            "imageSizeInBytes": image["size"],
            "imagePushedAt": repository.created_at,
            "imageManifestMediaType": image["manifestType"],
        }
        for digest, image in _registry_images(name).items()
    ]
    found = []
    for wish in wanted:
        matching = [
            each
            for each in details
            if wish.get("imageDigest", each["imageDigest"]) == each["imageDigest"]
            and ("imageTag" not in wish or wish["imageTag"] in each["imageTags"])
        ]
        if not matching:
            raise ImageNotFoundException(json.dumps(wish), name, repository.registry_id)
        found += matching
    return ActionResult({"imageDetails": found if wanted else details})


@replaces(ECRBackend)
def delete_repository(
    original: Callable[..., Repository], backend: ECRBackend, repository_name: str, *args: Any, **kwargs: Any
) -> Repository:
    """Refused while it holds images, unless forced."""
    forced = kwargs.get("force") or (len(args) > 1 and args[1])
    repository = backend._get_repository(repository_name)
    if REGISTRY_HOST and not forced and _registry_images(repository_name):
        raise RepositoryNotEmptyException(repository_name, repository.registry_id)
    return original(backend, repository_name, *args, **kwargs)
