CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	`role` text NOT NULL,
	`via` text NOT NULL,
	`address` text,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`note` text,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at_ms`);--> statement-breakpoint
CREATE TABLE `operator_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`granted_for` text NOT NULL,
	`created_ms` integer NOT NULL,
	`expires_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `operator_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`hash` text NOT NULL,
	`created_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_ms` integer,
	`revoked_ms` integer,
	`last_used_ms` integer
);
--> statement-breakpoint
CREATE INDEX `operator_tokens_name` ON `operator_tokens` (`name`);--> statement-breakpoint
CREATE TABLE `pin_drafts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`pins` text NOT NULL,
	`start_ms` integer NOT NULL,
	`base_version` integer NOT NULL,
	`note` text,
	`by` text NOT NULL,
	`created_ms` integer NOT NULL,
	`state` text NOT NULL,
	`outcome` text
);
--> statement-breakpoint
CREATE INDEX `pin_drafts_waiting` ON `pin_drafts` (`start_ms`) WHERE state = 'waiting';--> statement-breakpoint
CREATE TABLE `pin_versions` (
	`version` integer PRIMARY KEY NOT NULL,
	`pins` text NOT NULL,
	`note` text,
	`by` text,
	`written_ms` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `routing_versions` ADD `by` text;--> statement-breakpoint
INSERT INTO pin_versions (version, pins, written_ms)
SELECT version, json_extract(json, '$.pins'), updated_ms FROM documents WHERE key = 'pins' AND json_type(json, '$.pins') = 'array';
