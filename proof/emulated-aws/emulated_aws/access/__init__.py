"""Who may do what, and from where: policies as IAM evaluates them, roles with their policies, ways to AWS's services."""
