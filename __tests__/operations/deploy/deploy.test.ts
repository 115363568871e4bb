import { deletedData } from "../../../operations/deploy/deploy";

test("what holds data and is deleted or replaced is named before the question, and nothing else is", () => {
  const changes = [
    { action: "delete", address: "aws_db_instance.database_instance_13CAA1A0" },
    { action: "delete", address: "aws_security_group.database_security-group_7984D799" },
    { action: "update", address: "aws_s3_bucket.static-assets_bucket_BB6222AB" },
    { action: "replace", address: "aws_efs_file_system.file-system_F952006B" },
  ];
  const plans = new Map([["data-prod", { changes }]]);
  expect(deletedData([{ id: "network-prod" }, { id: "data-prod" }], plans)).toEqual([
    "data-prod: delete aws_db_instance.database_instance_13CAA1A0",
    "data-prod: replace aws_efs_file_system.file-system_F952006B",
  ]);
});
