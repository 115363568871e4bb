# What an organization has before an environment uses it: a VPC with NAT and a shared endpoint, a database, a file system, a
# bucket, keys, and the permissions boundary of its roles. The ids are in the output, by the parts of the environment that name them.

terraform {
  backend "local" {}
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { owner = "organization" }
  }
}

variable "region" {
  type = string
}

variable "zone_ids" {
  type        = list(string)
  description = "Availability Zones by id; the Region's first ones where it is empty."
}

variable "zone_count" {
  type = number
}

variable "private_tags" {
  type        = map(string)
  description = "Tags by which the environment finds its private subnets."
}

variable "isolated_tags" {
  type = map(string)
}

variable "provides" {
  type        = set(string)
  description = "nat, s3 and dynamodb, and interface endpoints by the last part of their service names."
}

variable "database" {
  type        = object({ name = string, port = number })
  description = "What tasks connect to."
}

variable "bucket" {
  type = string
}

variable "boundary" {
  type        = object({ path = string, name = string })
  description = "Permissions boundary, whose ARN the file of the environment names."
  nullable    = true
}

data "aws_caller_identity" "account" {}

data "aws_partition" "partition" {}

data "aws_availability_zones" "zones" {
  state = "available"
}

locals {
  iam          = "arn:${data.aws_partition.partition.partition}:iam::${data.aws_caller_identity.account.account_id}"
  auto_scaling = "${local.iam}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
  use          = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
  zone_ids     = length(var.zone_ids) > 0 ? var.zone_ids : slice(data.aws_availability_zones.zones.zone_ids, 0, var.zone_count)
  zones        = { for index, id in local.zone_ids : id => index }
  gateways     = setintersection(var.provides, ["s3", "dynamodb"])
  interfaces   = setsubtract(var.provides, ["nat", "s3", "dynamodb"])
}

# Load balancers and tasks take their addresses from a secondary block of the shared address space.
resource "aws_vpc" "vpc" {
  cidr_block           = "10.66.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_vpc_ipv4_cidr_block_association" "tasks" {
  vpc_id     = aws_vpc.vpc.id
  cidr_block = "100.66.0.0/16"
}

resource "aws_subnet" "public" {
  vpc_id               = aws_vpc.vpc.id
  availability_zone_id = local.zone_ids[0]
  cidr_block           = "10.66.0.0/28"
  tags                 = { tier = "public" }
}

resource "aws_subnet" "private" {
  for_each             = local.zones
  vpc_id               = aws_vpc_ipv4_cidr_block_association.tasks.vpc_id
  availability_zone_id = each.key
  cidr_block           = cidrsubnet("100.66.0.0/16", 4, each.value)
  tags                 = var.private_tags
}

resource "aws_subnet" "isolated" {
  for_each             = local.zones
  vpc_id               = aws_vpc.vpc.id
  availability_zone_id = each.key
  cidr_block           = cidrsubnet("10.66.1.0/24", 2, each.value)
  tags                 = var.isolated_tags
}

resource "aws_internet_gateway" "internet" {
  vpc_id = aws_vpc.vpc.id
}

resource "aws_eip" "nat" {
  count  = contains(var.provides, "nat") ? 1 : 0
  domain = "vpc"
}

resource "aws_nat_gateway" "nat" {
  count         = length(aws_eip.nat)
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat[count.index].id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.vpc.id
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.internet.id
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.vpc.id
}

resource "aws_route" "nat" {
  count                  = length(aws_nat_gateway.nat)
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat[count.index].id
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

resource "aws_route_table" "isolated" {
  vpc_id = aws_vpc.vpc.id
}

resource "aws_route_table_association" "isolated" {
  for_each       = aws_subnet.isolated
  subnet_id      = each.value.id
  route_table_id = aws_route_table.isolated.id
}

resource "aws_security_group" "endpoints" {
  name   = "shared-endpoints"
  vpc_id = aws_vpc.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each          = aws_subnet.private
  security_group_id = aws_security_group.endpoints.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value.cidr_block
}

resource "aws_vpc_endpoint" "gateway" {
  for_each        = local.gateways
  vpc_id          = aws_vpc.vpc.id
  service_name    = "com.amazonaws.${var.region}.${each.key}"
  route_table_ids = [aws_route_table.private.id]
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = local.interfaces
  vpc_id              = aws_vpc.vpc.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

# The key of the environment: its policy has the statements that docs/make-it-yours.md lists.
resource "aws_kms_key" "environment" {
  description             = "Key that a security team runs"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Account", Effect = "Allow", Principal = { AWS = "${local.iam}:root" }, Action = "kms:*", Resource = "*" },
      {
        Sid       = "LogGroups"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = local.use
        Resource  = "*"
      },
      {
        Sid       = "AutoScalingUse"
        Effect    = "Allow"
        Principal = "*"
        Action    = local.use
        Resource  = "*"
        Condition = { ArnEquals = { "aws:PrincipalArn" = local.auto_scaling } }
      },
      {
        Sid       = "AutoScalingGrants"
        Effect    = "Allow"
        Principal = "*"
        Action    = "kms:CreateGrant"
        Resource  = "*"
        Condition = {
          ArnEquals = { "aws:PrincipalArn" = local.auto_scaling }
          Bool      = { "kms:GrantIsForAWSResource" = "true" }
        }
      },
    ]
  })
}

resource "aws_kms_key" "data" {
  description             = "Key of the database, the file system and their secret"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_security_group" "database" {
  name   = "orders-database"
  vpc_id = aws_vpc.vpc.id
}

resource "aws_db_subnet_group" "database" {
  name       = "orders"
  subnet_ids = [for subnet in aws_subnet.isolated : subnet.id]
}

ephemeral "aws_secretsmanager_random_password" "database" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "orders/application"
  kms_key_id              = aws_kms_key.data.arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string_wo = jsonencode({
    username = "orders"
    password = ephemeral.aws_secretsmanager_random_password.database.random_password
  })
  secret_string_wo_version = 1
}

resource "aws_db_instance" "database" {
  identifier             = "orders"
  engine                 = "postgres"
  engine_version         = "17.4"
  instance_class         = "db.t4g.micro"
  allocated_storage      = 20
  storage_encrypted      = true
  kms_key_id             = aws_kms_key.data.arn
  db_name                = var.database.name
  port                   = var.database.port
  username               = "orders"
  password_wo            = ephemeral.aws_secretsmanager_random_password.database.random_password
  password_wo_version    = 1
  db_subnet_group_name   = aws_db_subnet_group.database.name
  vpc_security_group_ids = [aws_security_group.database.id]
  skip_final_snapshot    = true
}

resource "aws_security_group" "files" {
  name   = "orders-files"
  vpc_id = aws_vpc.vpc.id
}

resource "aws_efs_file_system" "files" {
  encrypted  = true
  kms_key_id = aws_kms_key.data.arn
}

resource "aws_efs_mount_target" "files" {
  for_each        = aws_subnet.isolated
  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = each.value.id
  security_groups = [aws_security_group.files.id]
}

resource "aws_efs_access_point" "files" {
  file_system_id = aws_efs_file_system.files.id
  posix_user {
    uid = 1000
    gid = 1000
  }
  root_directory {
    path = "/orders"
    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "0750"
    }
  }
}

resource "aws_s3_bucket" "assets" {
  bucket = var.bucket
}

resource "aws_s3_bucket_public_access_block" "assets" {
  bucket                  = aws_s3_bucket.assets.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "assets" {
  bucket = aws_s3_bucket.assets.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_object" "logo" {
  bucket  = aws_s3_bucket_public_access_block.assets.bucket
  key     = "orders/static/index.html"
  content = "<h1>orders</h1>"
}

resource "aws_iam_policy" "boundary" {
  count = var.boundary == null ? 0 : 1
  name  = var.boundary.name
  path  = var.boundary.path
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

output "ids" {
  value = {
    vpcId             = aws_vpc.vpc.id
    privateSubnetIds  = [for id in local.zone_ids : aws_subnet.private[id].id]
    isolatedSubnetIds = [for id in local.zone_ids : aws_subnet.isolated[id].id]
    routeTableId      = aws_route_table.private.id
    keyArn            = aws_kms_key.environment.arn
    database = {
      instanceIdentifier = aws_db_instance.database.identifier
      securityGroupId    = aws_security_group.database.id
      secretArn          = aws_secretsmanager_secret.database.arn
      secretKeyArn       = aws_kms_key.data.arn
    }
    fileSystem = {
      id              = aws_efs_file_system.files.id
      accessPointId   = aws_efs_access_point.files.id
      securityGroupId = aws_security_group.files.id
    }
    bucket = { bucket = aws_s3_object.logo.bucket, keyArn = aws_kms_key.data.arn }
  }
}
