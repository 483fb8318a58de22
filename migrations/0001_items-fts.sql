-- Full-text search over the catalogue, kept in step by triggers. drizzle-kit knows no virtual tables, so this is written by hand.
CREATE VIRTUAL TABLE `items_fts` USING fts5(`title`, `extra`, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
--> statement-breakpoint
CREATE TRIGGER `items_fts_insert` AFTER INSERT ON `items` BEGIN
  INSERT INTO `items_fts`(`rowid`, `title`, `extra`)
  VALUES (new.`seq`, new.`title`, new.`kind` || ' ' || coalesce(json_extract(new.`json`, '$.genres'), '') || ' ' || coalesce(json_extract(new.`json`, '$.teams'), '') || ' ' || coalesce(json_extract(new.`json`, '$.description'), ''));
END;
--> statement-breakpoint
CREATE TRIGGER `items_fts_delete` AFTER DELETE ON `items` BEGIN
  DELETE FROM `items_fts` WHERE `rowid` = old.`seq`;
END;
--> statement-breakpoint
CREATE TRIGGER `items_fts_update` AFTER UPDATE ON `items` BEGIN
  DELETE FROM `items_fts` WHERE `rowid` = old.`seq`;
  INSERT INTO `items_fts`(`rowid`, `title`, `extra`)
  VALUES (new.`seq`, new.`title`, new.`kind` || ' ' || coalesce(json_extract(new.`json`, '$.genres'), '') || ' ' || coalesce(json_extract(new.`json`, '$.teams'), '') || ' ' || coalesce(json_extract(new.`json`, '$.description'), ''));
END;
