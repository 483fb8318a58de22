/** Loads what the origin and its pipeline load, for Node's compile cache: a process that is killed leaves none behind. */
await import("../origin/src/app.ts");
await import("../origin/src/pipeline/scheduler.ts");
