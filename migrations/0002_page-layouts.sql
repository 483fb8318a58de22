CREATE TABLE `item_marks` (
	`seq` integer PRIMARY KEY NOT NULL,
	`mark` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `__new_pages` (
	`context` text NOT NULL,
	`cluster` text NOT NULL,
	`generation` integer NOT NULL,
	`built_ms` integer NOT NULL,
	`content_hash` text NOT NULL,
	`layout` blob DEFAULT x'' NOT NULL,
	`carousels` text NOT NULL,
	PRIMARY KEY(`context`, `cluster`)
);
--> statement-breakpoint
INSERT INTO `__new_pages` (`context`, `cluster`, `generation`, `built_ms`, `content_hash`, `carousels`) SELECT `context`, `cluster`, `generation`, `built_ms`, `content_hash`, `carousels` FROM `pages`;
--> statement-breakpoint
DROP TABLE `pages`;
--> statement-breakpoint
ALTER TABLE `__new_pages` RENAME TO `pages`;
