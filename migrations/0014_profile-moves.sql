CREATE TABLE `profile_moves` (
	`profile` integer PRIMARY KEY NOT NULL,
	`history` blob,
	`signals` text,
	`visits` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `profile_watch` (
	`token` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
-- Notes each profile as it was before it moved. drizzle-kit knows no triggers, so these are written by hand. They do not use
-- INSERT OR IGNORE, since the conflict clause of the outer statement would take its place.
CREATE TRIGGER `profiles_moved_insert` AFTER INSERT ON `profiles` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT new.rowid, NULL, NULL, 0
    WHERE NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = new.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `profiles_moved_update` AFTER UPDATE ON `profiles` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT old.rowid, old.`history`, old.`signals`, old.`visits`
    WHERE NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = old.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `profiles_moved_delete` AFTER DELETE ON `profiles` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT old.rowid, old.`history`, old.`signals`, old.`visits`
    WHERE NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = old.rowid);
END;
--> statement-breakpoint
-- Nothing is learned from suspects, nor from people with a suspect among their ids.
CREATE TRIGGER `suspects_moved_insert` AFTER INSERT ON `suspects` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT new.`user` UNION SELECT `user` FROM `links` WHERE `visitor` = new.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `suspects_moved_update` AFTER UPDATE OF `user` ON `suspects` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT old.`user` UNION SELECT `user` FROM `links` WHERE `visitor` = old.`user` UNION SELECT new.`user` UNION SELECT `user` FROM `links` WHERE `visitor` = new.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `suspects_moved_delete` AFTER DELETE ON `suspects` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT old.`user` UNION SELECT `user` FROM `links` WHERE `visitor` = old.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `links_moved_insert` AFTER INSERT ON `links` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT new.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `links_moved_update` AFTER UPDATE ON `links` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT old.`user` UNION SELECT new.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
--> statement-breakpoint
CREATE TRIGGER `links_moved_delete` AFTER DELETE ON `links` WHEN EXISTS (SELECT 1 FROM `profile_watch`) BEGIN
  INSERT INTO `profile_moves` SELECT rowid, `history`, `signals`, `visits` FROM `profiles`
    WHERE `user` IN (SELECT old.`user`)
    AND NOT EXISTS (SELECT 1 FROM `profile_moves` WHERE `profile` = `profiles`.rowid);
END;
