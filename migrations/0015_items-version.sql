CREATE TABLE `items_version` (
	`version` integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
INSERT INTO `items_version` VALUES (abs(random() % 9007199254740991));
--> statement-breakpoint
-- drizzle-kit knows no triggers, so these are written by hand. A random number comes never again, also where a change is
-- rolled back after somebody has read it.
CREATE TRIGGER `items_version_insert` AFTER INSERT ON `items` BEGIN
  UPDATE `items_version` SET `version` = abs(random() % 9007199254740991);
END;
--> statement-breakpoint
CREATE TRIGGER `items_version_update` AFTER UPDATE ON `items` BEGIN
  UPDATE `items_version` SET `version` = abs(random() % 9007199254740991);
END;
--> statement-breakpoint
CREATE TRIGGER `items_version_delete` AFTER DELETE ON `items` BEGIN
  UPDATE `items_version` SET `version` = abs(random() % 9007199254740991);
END;
