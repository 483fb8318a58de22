CREATE TABLE `clusters` (
	`position` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`parent` text,
	`definition` text NOT NULL,
	`leaf` integer NOT NULL,
	`members` integer NOT NULL,
	`gain` real NOT NULL,
	`scores` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `clusters_id_unique` ON `clusters` (`id`);--> statement-breakpoint
CREATE TABLE `documents` (
	`key` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`json` text NOT NULL,
	`updated_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`user` text NOT NULL,
	`type` text NOT NULL,
	`item` text NOT NULL,
	`time_ms` integer NOT NULL,
	`received_ms` integer NOT NULL,
	`served_as` text,
	`cluster` text,
	`generation` integer,
	`context` text,
	`carousel` text,
	`position` integer,
	`progress` real,
	`signals` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE INDEX `events_user_seq` ON `events` (`user`,`seq`);--> statement-breakpoint
CREATE TABLE `generations` (
	`generation` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`reason` text NOT NULL,
	`state` text NOT NULL,
	`started_ms` integer NOT NULL,
	`ended_ms` integer,
	`report` text
);
--> statement-breakpoint
CREATE TABLE `items` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`json` text NOT NULL,
	`source` text NOT NULL,
	`updated_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `items_id_unique` ON `items` (`id`);--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`acquired_ms` integer NOT NULL,
	`expires_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `models` (
	`name` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`packed` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pages` (
	`context` text NOT NULL,
	`cluster` text NOT NULL,
	`generation` integer NOT NULL,
	`built_ms` integer NOT NULL,
	`content_hash` text NOT NULL,
	`carousels` text NOT NULL,
	PRIMARY KEY(`context`, `cluster`)
);
--> statement-breakpoint
CREATE TABLE `profiles` (
	`user` text PRIMARY KEY NOT NULL,
	`history` blob NOT NULL,
	`signals` text,
	`visits` integer NOT NULL,
	`source` text NOT NULL,
	`updated_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `published` (
	`key` text PRIMARY KEY NOT NULL,
	`content_hash` text NOT NULL,
	`published_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `routing_versions` (
	`version` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`routing` text NOT NULL,
	`source` text NOT NULL,
	`note` text,
	`pushed_ms` integer NOT NULL
);
