CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`received_ms` integer NOT NULL,
	`reason` text NOT NULL,
	`body` text NOT NULL,
	`replayed_ms` integer
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