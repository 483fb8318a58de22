CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`received_ms` integer NOT NULL,
	`reason` text NOT NULL,
	`body` text NOT NULL,
	`replayed_ms` integer
);
