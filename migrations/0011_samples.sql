CREATE TABLE `sample_days` (
	`day` integer PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`tuples` integer NOT NULL,
	`weight` real NOT NULL,
	`withheld` real NOT NULL,
	`complete` integer NOT NULL,
	`stored_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sample_parts` (
	`day` integer NOT NULL,
	`part` integer NOT NULL,
	`from_minute` integer NOT NULL,
	`until_minute` integer NOT NULL,
	`lines` blob NOT NULL,
	PRIMARY KEY(`day`, `part`)
);
