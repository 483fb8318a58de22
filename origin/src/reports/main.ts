/** The process that makes a report: it reads the store and the serving log, answers once, and ends. */
import { openDatabase } from "@spillway/store/database.ts";
import { answerOnce } from "../background/answer-once.ts";
import { openServingLogReader } from "../serving-log/read-serving-log.ts";
import { makeReport } from "./make-report.ts";
import type { AskedOfProcess, MadeReport } from "./messages.ts";

answerOnce(async (asked: AskedOfProcess, tell): Promise<MadeReport> => {
  const database = openDatabase(asked.databasePath, { readonly: true });
  try {
    const log = openServingLogReader(asked.servingLogPath);
    try {
      return await makeReport({ database, log }, asked, tell);
    } finally {
      log.close();
    }
  } finally {
    database.close();
  }
});
