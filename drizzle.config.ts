import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./origin/src/store/schema.ts",
  out: "./migrations",
});
