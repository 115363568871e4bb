/** Test file of the exported module: runs with a mocked AWS provider, so without an account. */
export const moduleTests = `# Each run changes one thing about a VPC and a service that fit together.
mock_provider "aws" {
  override_data {
    target = data.aws_vpc_endpoint_service.lookup_service
    values = {
      availability_zones = ["eu-central-1a", "eu-central-1b"]
      private_dns_name   = "app.example.com"
    }
  }
  override_data {
    target = data.aws_vpc.existing_vpc
    values = {
      id                   = "vpc-0123456789abcdef0"
      enable_dns_support   = true
      enable_dns_hostnames = true
    }
  }
  override_data {
    target = data.aws_subnet.existing_subnet[0]
    values = {
      id                   = "subnet-0123456789abcdef0"
      vpc_id               = "vpc-0123456789abcdef0"
      availability_zone    = "eu-central-1a"
      availability_zone_id = "euc1-az2"
    }
  }
  override_data {
    target = data.aws_subnet.existing_subnet[1]
    values = {
      id                   = "subnet-0123456789abcdef1"
      vpc_id               = "vpc-0123456789abcdef0"
      availability_zone    = "eu-central-1b"
      availability_zone_id = "euc1-az3"
    }
  }
}

variables {
  service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

run "required_variables_are_enough" {
  command = plan

  assert {
    condition     = aws_vpc_endpoint.consumer_endpoint.private_dns_enabled == false
    error_message = "The private DNS name is on in the first apply."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.consumer_client_cidr) == 0
    error_message = "Somebody is let in though nobody was named."
  }
  assert {
    condition     = length(aws_route53_zone.private_zone) == 0
    error_message = "A private hosted zone is made though none was asked for."
  }
}

run "clients_are_let_in_on_every_port" {
  command = plan
  variables {
    ports                  = [80, 443]
    client_cidrs           = ["10.0.0.0/8"]
    client_security_groups = { app = "sg-0123456789abcdef0" }
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.consumer_client_cidr)) == toset(["10.0.0.0/8-80", "10.0.0.0/8-443"])
    error_message = "Not one rule per range and port."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.consumer_client_security_group["app-443"].referenced_security_group_id == "sg-0123456789abcdef0"
    error_message = "The security group is not let in."
  }
}

run "private_hosted_zone_is_seen_by_every_vpc" {
  command = plan
  variables {
    private_hosted_zone_name = "app.example.internal"
    additional_vpc_ids       = ["vpc-0123456789abcdef1"]
  }

  assert {
    condition     = toset(aws_route53_zone.private_zone["app.example.internal"].vpc[*].vpc_id) == toset(["vpc-0123456789abcdef0", "vpc-0123456789abcdef1"])
    error_message = "A VPC does not see the zone."
  }
}

run "private_dns_can_be_turned_on" {
  command = plan
  variables {
    private_dns_enabled = true
  }
}

run "fails_when_the_service_has_no_private_dns_name" {
  command = plan
  variables {
    private_dns_enabled = true
  }
  override_data {
    target = data.aws_vpc_endpoint_service.lookup_service
    values = {
      availability_zones = ["eu-central-1a", "eu-central-1b"]
      private_dns_name   = ""
    }
  }
  expect_failures = [aws_vpc_endpoint.consumer_endpoint]
}

run "fails_when_private_names_do_not_resolve_in_the_vpc" {
  command = plan
  variables {
    private_hosted_zone_name = "app.example.internal"
  }
  override_data {
    target = data.aws_vpc.existing_vpc
    values = {
      id                   = "vpc-0123456789abcdef0"
      enable_dns_support   = true
      enable_dns_hostnames = false
    }
  }
  expect_failures = [data.aws_vpc.existing_vpc]
}

run "fails_when_two_subnets_are_in_one_zone" {
  command = plan
  override_data {
    target = data.aws_subnet.existing_subnet[1]
    values = {
      id                   = "subnet-0123456789abcdef1"
      vpc_id               = "vpc-0123456789abcdef0"
      availability_zone    = "eu-central-1a"
      availability_zone_id = "euc1-az2"
    }
  }
  expect_failures = [aws_vpc_endpoint.consumer_endpoint]
}

run "fails_when_the_service_is_not_in_the_zone" {
  command = plan
  override_data {
    target = data.aws_subnet.existing_subnet[1]
    values = {
      id                   = "subnet-0123456789abcdef1"
      vpc_id               = "vpc-0123456789abcdef0"
      availability_zone    = "eu-central-1c"
      availability_zone_id = "euc1-az1"
    }
  }
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "zones_of_another_region_need_not_match" {
  command = plan
  variables {
    service_region = "us-east-1"
  }
  override_data {
    target = data.aws_vpc_endpoint_service.lookup_service
    values = {
      availability_zones = ["us-east-1a"]
      private_dns_name   = ""
    }
  }
}

run "fails_when_a_subnet_is_in_another_vpc" {
  command = plan
  override_data {
    target = data.aws_subnet.existing_subnet[1]
    values = {
      id                   = "subnet-0123456789abcdef1"
      vpc_id               = "vpc-0123456789abcdef1"
      availability_zone    = "eu-central-1b"
      availability_zone_id = "euc1-az3"
    }
  }
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "fails_when_variables_are_malformed" {
  command = plan
  variables {
    name                     = "1st"
    service_name             = "vpce-svc-0123456789abcdef0"
    service_region           = "Frankfurt"
    ports                    = [0]
    client_cidrs             = ["10.0.0.1/8"]
    client_security_groups   = { app = "app" }
    private_hosted_zone_name = "App."
    additional_vpc_ids       = ["vpc"]
  }
  expect_failures = [
    var.name,
    var.service_name,
    var.service_region,
    var.ports,
    var.client_cidrs,
    var.client_security_groups,
    var.private_hosted_zone_name,
    var.additional_vpc_ids,
  ]
}
`;
