/**
 * Loads what the origin and its pipeline load, for Node's compile cache: a process that is killed leaves none
 * behind.
 */
await import("@spillway/origin/app.ts");
await import("@spillway/origin/pipeline/process/scheduler.ts");
