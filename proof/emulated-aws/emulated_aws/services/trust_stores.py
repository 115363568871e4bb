"""Trust stores of Application Load Balancers, and listeners that ask clients for certificates; moto has neither.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTrustStore.html,
API_AddTrustStoreRevocations.html, API_MutualAuthenticationAttributes.html there;
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from cryptography import x509
from moto.core.responses import ActionResult, EmptyResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeListener, FakeTargetGroup
from moto.elbv2.responses import ELBV2Response
from moto.s3.models import s3_backends

from ..extend import adds, replaces
from . import elastic_load_balancing


def _refuse(code: str, message: str) -> NoReturn:
    raise ELBClientError(code, message)


class Revocation:
    """A certificate revocation list of a trust store."""

    def __init__(self, trust_store_arn: str, revocation_id: int, entries: int) -> None:
        self.trust_store_arn = trust_store_arn
        self.revocation_id = revocation_id
        self.revocation_type = "CRL"
        self.number_of_revoked_entries = entries


class TrustStore:
    """A trust store: what Elastic Load Balancing has copied from S3."""

    def __init__(self, arn: str, name: str, certificates: int) -> None:
        self.trust_store_arn = arn
        self.name = name
        self.status = "ACTIVE"
        self.number_of_ca_certificates = certificates
        self.revocations: dict[int, Revocation] = {}
        self._last_id = 0

    @property
    def total_revoked_entries(self) -> int:
        return sum(each.number_of_revoked_entries for each in self.revocations.values())

    def add(self, entries: int) -> Revocation:
        self._last_id += 1
        revocation = Revocation(self.trust_store_arn, self._last_id, entries)
        self.revocations[revocation.revocation_id] = revocation
        return revocation


def _stores(backend: ELBv2Backend) -> dict[str, TrustStore]:
    stores: dict[str, TrustStore] = backend.__dict__.setdefault("trust_stores", {})
    return stores


def _store(backend: ELBv2Backend, arn: str) -> TrustStore:
    store = _stores(backend).get(arn)
    if store is None:
        _refuse("TrustStoreNotFound", f"Trust store '{arn}' not found")
    return store


def _content(backend: ELBv2Backend, bucket: str, key: str, version: str | None, missing: str) -> bytes:
    """What is in S3, read with the caller's rights."""
    s3 = s3_backends[backend.account_id][backend.partition]
    try:
        found = s3.get_object(bucket, key, version)
    except Exception:  # moto has an exception of its own for each part that is missing
        found = None
    if found is None:
        _refuse(missing, f"The object s3://{bucket}/{key} was not found")
    return bytes(found.value)


def _certificates(backend: ELBv2Backend, params: dict[str, Any]) -> int:
    content = _content(
        backend,
        params["CaCertificatesBundleS3Bucket"],
        params["CaCertificatesBundleS3Key"],
        params.get("CaCertificatesBundleS3ObjectVersion"),
        "CaCertificatesBundleNotFound",
    )
    try:
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        certificates = []
    if not certificates:
        _refuse("InvalidCaCertificatesBundle", "The CA certificate bundle holds no certificate in PEM format")
    return len(certificates)


def _revoked(backend: ELBv2Backend, content: dict[str, Any]) -> int:
    text = _content(
        backend, content["S3Bucket"], content["S3Key"], content.get("S3ObjectVersion"), "RevocationContentNotFound"
    )
    try:
        return len(x509.load_pem_x509_crl(text))
    except ValueError:
        _refuse("InvalidRevocationContent", "The revocation content is no certificate revocation list in PEM format")


# --- the calls -----------------------------------------------------------------------------------------------------


@adds(ELBV2Response)
def create_trust_store(response: Any) -> ActionResult:
    backend, params = response.elbv2_backend, response._get_params()
    if any(store.name == params["Name"] for store in _stores(backend).values()):
        _refuse("DuplicateTrustStoreName", f"A trust store with the name '{params['Name']}' already exists")
    certificates = _certificates(backend, params)
    place = f"{backend.region_name}:{backend.account_id}"
    arn = f"arn:{backend.partition}:elasticloadbalancing:{place}:truststore/{params['Name']}/{secrets.token_hex(8)}"
    store = TrustStore(arn, params["Name"], certificates)
    _stores(backend)[arn] = store
    backend.tagging_service.tag_resource(arn, params.get("Tags", []))
    return ActionResult({"TrustStores": [store]})


@adds(ELBV2Response)
def describe_trust_stores(response: Any) -> ActionResult:
    backend, params = response.elbv2_backend, response._get_params()
    arns, names = params.get("TrustStoreArns", []), params.get("Names", [])
    found = [_store(backend, arn) for arn in arns]
    for name in names:
        named = [store for store in _stores(backend).values() if store.name == name]
        if not named:
            _refuse("TrustStoreNotFound", f"One or more trust stores not found: {name}")
        found.extend(named)
    return ActionResult({"TrustStores": found if arns or names else list(_stores(backend).values())})


@adds(ELBV2Response)
def modify_trust_store(response: Any) -> ActionResult:
    backend, params = response.elbv2_backend, response._get_params()
    store = _store(backend, params["TrustStoreArn"])
    store.number_of_ca_certificates = _certificates(backend, params)
    return ActionResult({"TrustStores": [store]})


@adds(ELBV2Response)
def delete_trust_store(response: Any) -> ActionResult:
    backend = response.elbv2_backend
    store = _store(backend, response._get_param("TrustStoreArn"))
    if _listeners_of(backend, store):
        _refuse("TrustStoreInUse", f"The trust store '{store.trust_store_arn}' is in use by a listener")
    _stores(backend).pop(store.trust_store_arn)
    backend.tagging_service.delete_all_tags_for_resource(store.trust_store_arn)
    return EmptyResult()


def _listeners_of(backend: ELBv2Backend, store: TrustStore) -> list[str]:
    return [
        listener.arn
        for balancer in backend.load_balancers.values()
        for listener in balancer.listeners.values()
        if mutual_authentication(listener).get("TrustStoreArn") == store.trust_store_arn
    ]


@adds(ELBV2Response)
def describe_trust_store_associations(response: Any) -> ActionResult:
    backend = response.elbv2_backend
    found = _listeners_of(backend, _store(backend, response._get_param("TrustStoreArn")))
    return ActionResult({"TrustStoreAssociations": [{"ResourceArn": arn} for arn in found]})


@adds(ELBV2Response)
def add_trust_store_revocations(response: Any) -> ActionResult:
    backend, params = response.elbv2_backend, response._get_params()
    store = _store(backend, params["TrustStoreArn"])
    entries = [_revoked(backend, content) for content in params.get("RevocationContents", [])]
    return ActionResult({"TrustStoreRevocations": [store.add(each) for each in entries]})


@adds(ELBV2Response)
def describe_trust_store_revocations(response: Any) -> ActionResult:
    params = response._get_params()
    store = _store(response.elbv2_backend, params["TrustStoreArn"])
    return ActionResult({"TrustStoreRevocations": _chosen(store, params) or list(store.revocations.values())})


@adds(ELBV2Response)
def remove_trust_store_revocations(response: Any) -> ActionResult:
    params = response._get_params()
    store = _store(response.elbv2_backend, params["TrustStoreArn"])
    for revocation in _chosen(store, params):
        store.revocations.pop(revocation.revocation_id)
    return EmptyResult()


def _chosen(store: TrustStore, params: dict[str, Any]) -> list[Revocation]:
    ids = [int(each) for each in params.get("RevocationIds", [])]
    for each in ids:
        if each not in store.revocations:
            _refuse("RevocationIdNotFound", f"The revocation id {each} was not found")
    return [store.revocations[each] for each in ids]


@replaces(ELBv2Backend)
def _get_resource_by_arn(original: Callable[..., Any], backend: ELBv2Backend, arn: str) -> Any:
    """Trust stores have tags as well."""
    return _store(backend, arn) if ":truststore/" in arn else original(backend, arn)


# --- listeners -----------------------------------------------------------------------------------------------------


def mutual_authentication(listener: FakeListener) -> dict[str, Any]:
    """Empty where the listener asks for no certificate."""
    attributes: dict[str, Any] = listener.__dict__.get("mutual_authentication") or {}
    return {} if attributes.get("Mode") == "off" else attributes


def _check(backend: ELBv2Backend, protocol: str | None, wanted: dict[str, Any]) -> None:
    mode, store = wanted.get("Mode", "off"), wanted.get("TrustStoreArn")
    if mode != "off" and protocol != "HTTPS":
        _refuse("ValidationError", "Mutual authentication is supported by HTTPS listeners only")
    if mode == "verify" and not store:
        _refuse("ValidationError", "A trust store must be specified with the mode 'verify'")
    if mode != "verify" and store:
        _refuse("ValidationError", f"A trust store cannot be specified with the mode '{mode}'")
    if store:
        _store(backend, store)


@replaces(ELBV2Response)
def create_listener(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    params = response._get_params()
    wanted = params.get("MutualAuthentication") or {}
    _check(response.elbv2_backend, params.get("Protocol"), wanted)
    return _remember(original(response), wanted)


@replaces(ELBV2Response)
def modify_listener(original: Callable[..., ActionResult], response: Any) -> ActionResult:
    params = response._get_params()
    wanted = params.get("MutualAuthentication") or {}
    if wanted:
        arns = [params["ListenerArn"]]
        [listener] = response.elbv2_backend.describe_listeners(None, arns)
        _check(response.elbv2_backend, params.get("Protocol", listener.protocol), wanted)
    return _remember(original(response), wanted)


def _remember(answer: ActionResult, wanted: dict[str, Any]) -> ActionResult:
    if wanted:
        for listener in answer.result["Listeners"]:
            listener.mutual_authentication = {"IgnoreClientCertificateExpiry": False, **wanted}
    return answer


# --- health checks -------------------------------------------------------------------------------------------------


@replaces(elastic_load_balancing)
def _state(
    original: Callable[..., Any], group: FakeTargetGroup, target: Mapping[str, Any], draining: bool
) -> tuple[str, str | None, str | None]:
    """A check over HTTPS shows no client certificate, which a listener that verifies asks for."""
    state: tuple[str, str | None, str | None] = original(group, target, draining)
    if state[0] != "healthy" or group.health_check_protocol != "HTTPS":
        return state
    for balancer in elastic_load_balancing.all_load_balancers():
        nodes = [node.private_ip_address for node in elastic_load_balancing.nodes_of(balancer)]
        if target["Id"] not in (balancer.arn, *nodes) or balancer.vpc_id != group.vpc_id:
            continue
        for listener in balancer.listeners.values():
            verifies = mutual_authentication(listener).get("Mode") == "verify"
            if verifies and str(listener.port) == str(target["Port"]):
                return "unhealthy", "Target.FailedHealthChecks", "Health checks failed"
    return state
