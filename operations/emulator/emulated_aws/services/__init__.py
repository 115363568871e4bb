"""What the real AWS does that moto doesn't: one file per service. Importing this package mends moto."""

from . import (
    application_auto_scaling,
    autoscaling,
    awslambda,
    backup,
    ec2_addresses,
    ec2_endpoint_services,
    ec2_endpoints,
    ec2_launch_templates,
    ec2_security_groups,
    ec2_tags,
    ec2_vpcs,
    ecr,
    ecs_services,
    efs,
    elastic_load_balancing,
    kms,
    rds,
    route53,
    s3,
)
