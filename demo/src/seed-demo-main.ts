/**
 * Fills an empty store with the demo in a process of its own, for tools that start an origin but share no
 * code with it.
 */
import { openDatabase } from "@spillway/store/database.ts";
import { seedDemo } from "./seed-demo.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: node seed-demo-main.ts <database file>");
const database = openDatabase(path);
try {
  seedDemo(database, Date.now());
} finally {
  database.close();
}
