-- The full-text search with words of scripts that put no spaces between them, and with parts of words. `search_text` and `search_parts`
-- are functions of the process (store/src/catalogue/search-text.ts).
DROP TRIGGER `items_fts_insert`;
--> statement-breakpoint
DROP TRIGGER `items_fts_delete`;
--> statement-breakpoint
DROP TRIGGER `items_fts_update`;
--> statement-breakpoint
DROP TABLE `items_fts`;
--> statement-breakpoint
CREATE VIRTUAL TABLE `items_fts` USING fts5(`title`, `extra`, `parts`, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'", prefix='1 2 3');
--> statement-breakpoint
CREATE VIEW `items_words` AS
SELECT `seq`, search_text(`title`) AS `title`,
  `kind` || ' ' || search_text(coalesce(json_extract(`json`, '$.genres'), '') || ' ' || coalesce(json_extract(`json`, '$.teams'), '') || ' ' || coalesce(json_extract(`json`, '$.description'), '')) AS `extra`,
  search_parts(`title`) AS `parts`
FROM `items`;
--> statement-breakpoint
INSERT INTO `items_fts`(`rowid`, `title`, `extra`, `parts`) SELECT `seq`, `title`, `extra`, `parts` FROM `items_words`;
--> statement-breakpoint
CREATE TRIGGER `items_fts_insert` AFTER INSERT ON `items` BEGIN
  INSERT INTO `items_fts`(`rowid`, `title`, `extra`, `parts`) SELECT `seq`, `title`, `extra`, `parts` FROM `items_words` WHERE `seq` = new.`seq`;
END;
--> statement-breakpoint
CREATE TRIGGER `items_fts_delete` AFTER DELETE ON `items` BEGIN
  DELETE FROM `items_fts` WHERE `rowid` = old.`seq`;
END;
--> statement-breakpoint
CREATE TRIGGER `items_fts_update` AFTER UPDATE ON `items` BEGIN
  DELETE FROM `items_fts` WHERE `rowid` = old.`seq`;
  INSERT INTO `items_fts`(`rowid`, `title`, `extra`, `parts`) SELECT `seq`, `title`, `extra`, `parts` FROM `items_words` WHERE `seq` = new.`seq`;
END;
