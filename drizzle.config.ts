import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./store/src/schema.ts",
  out: "./migrations",
});
