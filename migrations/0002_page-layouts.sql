CREATE TABLE `item_marks` (
	`seq` integer PRIMARY KEY NOT NULL,
	`mark` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `pages` ADD `layout` blob DEFAULT x'' NOT NULL;