CREATE TABLE `page_candidates` (
	`context` text NOT NULL,
	`cluster` text NOT NULL,
	`candidates` blob NOT NULL,
	PRIMARY KEY(`context`, `cluster`)
);
