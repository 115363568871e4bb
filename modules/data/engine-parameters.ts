import type { DbParameterGroupParameter } from "@cdktf/provider-aws/lib/db-parameter-group";
import type { Environment } from "../../config/schema";

interface EngineParameters {
  /** Never change: a change replaces the group, and two groups of one name cannot stand side by side. */
  readonly description: string;
  readonly parameters: readonly DbParameterGroupParameter[];
}

const postgresLogs: readonly DbParameterGroupParameter[] = [
  { name: "log_min_duration_statement", value: "1000" },
  { name: "log_connections", value: "1" },
  { name: "log_disconnections", value: "1" },
];

const mysqlLogs: readonly DbParameterGroupParameter[] = [
  { name: "slow_query_log", value: "1" },
  // In seconds.
  { name: "long_query_time", value: "1" },
];

/** What an engine is told beside its defaults: TLS alone, and which statements are logged. */
export const engineParameters: Readonly<Record<Environment["data"]["database"]["engine"], EngineParameters>> = {
  postgres: {
    description: "Forces TLS; logs slow statements and connections",
    parameters: [
      // 1 is the family's default, which RDS reports as pending-reboot: any other method is a difference in every plan
      // (hashicorp/terraform-provider-aws#39252). A new instance boots with it.
      { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
      ...postgresLogs,
    ],
  },
  mysql: {
    description: "Forces TLS; logs slow statements to files",
    parameters: [
      // Off by default up to 8.4. Source: Amazon RDS User Guide, "Requiring SSL/TLS for all connections to a MySQL DB instance".
      { name: "require_secure_transport", value: "1" },
      ...mysqlLogs,
      // RDS writes to tables otherwise, and exports files alone to CloudWatch Logs.
      { name: "log_output", value: "FILE" },
    ],
  },
  // Of the cluster's group, which all its instances have.
  "aurora-postgresql": {
    description: "Forces TLS; logs slow statements and connections",
    parameters: [
      // Aurora's own default from 17 on. Source: Amazon Aurora User Guide, "Securing Aurora PostgreSQL data with SSL/TLS".
      { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
      ...postgresLogs,
    ],
  },
  "aurora-mysql": {
    description: "Forces TLS; logs slow statements",
    parameters: [
      // Source: Amazon Aurora User Guide, "TLS connections to Aurora MySQL DB clusters".
      { name: "require_secure_transport", value: "ON" },
      ...mysqlLogs,
    ],
  },
};
