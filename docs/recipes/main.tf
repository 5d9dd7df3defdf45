# terraform init && terraform apply -var bucket=my-bucket
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "bucket" {
  type        = string
  description = "The name of the bucket."
}

variable "prefix" {
  type        = string
  default     = "my-app"
  description = "The part of the bucket for this application, as in s3://bucket/my-app."
}

variable "oidc_provider_arn" {
  type        = string
  default     = null
  description = "The OIDC provider of an EKS cluster, for the service account of kubernetes.yaml; null for none."
}

variable "service_account" {
  type        = string
  default     = "system:serviceaccount:default:app-with-jobs"
  description = "The service account that takes the role."
}

resource "aws_s3_bucket" "jobs" {
  bucket = var.bucket
}

resource "aws_s3_bucket_public_access_block" "jobs" {
  bucket                  = aws_s3_bucket.jobs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Without versioning nothing is kept of overwritten objects, and this rule has nothing to do. With versioning, which some
# organisations demand, each renewal of the lease would be kept for ever.
resource "aws_s3_bucket_lifecycle_configuration" "jobs" {
  bucket = aws_s3_bucket.jobs.id

  rule {
    id     = "s3sched-old-versions"
    status = "Enabled"

    filter {
      prefix = "${var.prefix}/"
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }

    expiration {
      expired_object_delete_marker = true
    }
  }
}

data "aws_iam_policy_document" "jobs" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.jobs.arn}/${var.prefix}/*"]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.jobs.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${var.prefix}/*"]
    }
  }
}

resource "aws_iam_policy" "jobs" {
  name   = "app-with-jobs"
  policy = data.aws_iam_policy_document.jobs.json
}

data "aws_iam_policy_document" "trust" {
  count = var.oidc_provider_arn == null ? 0 : 1

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${replace(var.oidc_provider_arn, "/^.*oidc-provider\\//", "")}:sub"
      values   = [var.service_account]
    }
  }
}

resource "aws_iam_role" "jobs" {
  count              = var.oidc_provider_arn == null ? 0 : 1
  name               = "app-with-jobs"
  assume_role_policy = data.aws_iam_policy_document.trust[0].json
}

resource "aws_iam_role_policy_attachment" "jobs" {
  count      = var.oidc_provider_arn == null ? 0 : 1
  role       = aws_iam_role.jobs[0].name
  policy_arn = aws_iam_policy.jobs.arn
}

output "store" {
  value = "s3://${aws_s3_bucket.jobs.id}/${var.prefix}?region=${aws_s3_bucket.jobs.region}"
}
