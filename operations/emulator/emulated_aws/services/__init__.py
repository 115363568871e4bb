"""What the real AWS does that moto doesn't: one file per service. Importing this package mends moto."""

from . import ec2_addresses, ec2_endpoint_services, ec2_endpoints, elastic_load_balancing, s3  # noqa: F401
