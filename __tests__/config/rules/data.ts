import { anEnvironment, type RuleCases } from "./cases";

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "databaseWindowsAreLongEnough",
    /at least 30 minutes/,
    [
      ["the backup window is short", { "data.database.backupWindow": "02:00-02:29" }, "data.database.backupWindow"],
      ["a window ends when it begins", { "data.database.backupWindow": "02:00-02:00" }, "data.database.backupWindow"],
      [
        "the maintenance window is short",
        { "data.database.maintenanceWindow": "sun:23:50-mon:00:10" },
        "data.database.maintenanceWindow",
      ],
    ],
    [
      ["a window has half an hour", { "data.database.backupWindow": "02:00-02:30" }],
      ["a window goes over midnight", { "data.database.backupWindow": "23:50-00:20" }],
    ],
  ),
  anEnvironment(
    "databaseWindowsDoNotOverlap",
    /apart from data.database.backupWindow/,
    [
      [
        "maintenance begins during the backup",
        { "data.database.maintenanceWindow": "tue:02:30-tue:04:00" },
        "data.database.maintenanceWindow",
      ],
      [
        "maintenance goes over the end of the week into the backup",
        { "data.database.maintenanceWindow": "sun:23:00-mon:02:30" },
        "data.database.maintenanceWindow",
      ],
      [
        "the backup goes over midnight into maintenance",
        { "data.database.backupWindow": "23:30-00:30", "data.database.maintenanceWindow": "mon:00:00-mon:01:00" },
        "data.database.maintenanceWindow",
      ],
    ],
    [
      ["one begins when the other ends", { "data.database.maintenanceWindow": "tue:03:00-tue:04:00" }],
      ["one ends when the other begins", { "data.database.maintenanceWindow": "tue:01:00-tue:02:00" }],
    ],
  ),
  anEnvironment(
    "databaseStorageCanGrow",
    /a tenth above/,
    [
      [
        "the limit is below what is allocated",
        { "data.database.allocatedStorageGib": 200 },
        "data.database.maxAllocatedStorageGib",
      ],
      [
        "the limit is what is allocated",
        { "data.database.allocatedStorageGib": 100, "data.database.maxAllocatedStorageGib": 100 },
        "data.database.maxAllocatedStorageGib",
      ],
    ],
    [
      [
        "the limit is a tenth above",
        { "data.database.allocatedStorageGib": 100, "data.database.maxAllocatedStorageGib": 110 },
      ],
    ],
  ),
  anEnvironment(
    "freeStorageAlarmCanEnd",
    /less than data.database.allocatedStorageGib/,
    [
      [
        "it fires while all storage is free",
        { "observability.thresholds.databaseFreeStorageGib": 20 },
        "observability.thresholds.databaseFreeStorageGib",
      ],
    ],
    [["the threshold is below", { "observability.thresholds.databaseFreeStorageGib": 19 }]],
  ),
];
