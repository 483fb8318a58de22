CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`received_ms` integer NOT NULL,
	`reason` text NOT NULL,
	`body` text NOT NULL,
	`replayed_ms` integer
);
--> statement-breakpoint
CREATE TABLE `engagement` (
	`day` integer NOT NULL,
	`served_as` text NOT NULL,
	`cluster` text NOT NULL,
	`generation` integer NOT NULL,
	`context` text NOT NULL,
	`attribution` text NOT NULL,
	`reason` text NOT NULL,
	`holdout` integer NOT NULL,
	`events` integer NOT NULL,
	`impressions` integer NOT NULL,
	`clicks` integer NOT NULL,
	`plays` integer NOT NULL,
	`completes` integer NOT NULL,
	PRIMARY KEY(`day`, `served_as`, `cluster`, `generation`, `context`, `attribution`, `reason`, `holdout`)
);
--> statement-breakpoint
CREATE TABLE `engagement_items` (
	`day` integer NOT NULL,
	`cluster` text NOT NULL,
	`item` integer NOT NULL,
	`shown` integer NOT NULL,
	`attention` real NOT NULL,
	`opened` integer NOT NULL,
	`played` integer NOT NULL,
	PRIMARY KEY(`day`, `cluster`, `item`)
);
--> statement-breakpoint
CREATE TABLE `engagement_seen` (
	`key` integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`id_hash` blob PRIMARY KEY NOT NULL,
	`erased_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `links` (
	`visitor` text PRIMARY KEY NOT NULL,
	`user` text NOT NULL,
	`linked_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `links_user` ON `links` (`user`);--> statement-breakpoint
CREATE TABLE `own_profiles` (
	`user` text PRIMARY KEY NOT NULL,
	`history` blob NOT NULL,
	`signals` text,
	`visits` integer NOT NULL,
	`source` text NOT NULL,
	`updated_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `shown_pages` (
	`context` text NOT NULL,
	`cluster` text NOT NULL,
	`generation` integer NOT NULL,
	`built_ms` integer NOT NULL,
	`carousels` text NOT NULL,
	PRIMARY KEY(`context`, `cluster`, `generation`)
);
--> statement-breakpoint
CREATE TABLE `suspects` (
	`hash` text PRIMARY KEY NOT NULL,
	`user` text,
	`why` text,
	`listed_ms` integer NOT NULL,
	`expires_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `suspects_user` ON `suspects` (`user`);