CREATE TABLE `now_minutes` (
	`minute` integer PRIMARY KEY NOT NULL,
	`facts` blob NOT NULL
);
