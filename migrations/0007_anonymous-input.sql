CREATE TABLE `network_caps` (
	`network` text PRIMARY KEY NOT NULL,
	`last_rowid` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pruned_events` (
	`key` integer PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `pruned_events_day` ON `pruned_events` (`day`);--> statement-breakpoint
ALTER TABLE `events` ADD `proof` text;--> statement-breakpoint
ALTER TABLE `events` ADD `network` text;--> statement-breakpoint
ALTER TABLE `own_profiles` ADD `proof` text;--> statement-breakpoint
ALTER TABLE `own_profiles` ADD `network` text;--> statement-breakpoint
ALTER TABLE `own_profiles` ADD `arrived_ms` integer;--> statement-breakpoint
ALTER TABLE `own_profiles` ADD `seen_ms` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `proof` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `network` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `arrived_ms` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `seen_ms` integer;--> statement-breakpoint
CREATE INDEX `profiles_network` ON `profiles` (`network`) WHERE network IS NOT NULL;