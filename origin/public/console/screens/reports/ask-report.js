// @ts-check
/** Asks for a report and follows how it is made: the origin tells it a line at a time, until somebody hangs up. */
/** @import { MadeReport } from "@spillway/origin/reports/messages.ts" */
import { lookUp, reasonOf, ROOT } from "../../session.js";

/**
 * @typedef {{ kind: "waiting" } | { kind: "computing", done?: number, total?: number }} Progress
 * @typedef {{ kind: "done", report: MadeReport } | { kind: "failed", reason: string }} Answer
 */

/**
 * Rejects only where `signal` is aborted.
 * @param {Readonly<Record<string, string>>} asked
 * @param {(progress: Progress) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export async function askReport(asked, onProgress, signal) {
  const query = new URLSearchParams({ ...asked, format: "jsonl" });
  try {
    const response = await fetch(new URL(`reports?${query}`, ROOT), {
      headers: { "Spillway-Console": "1" },
      credentials: "same-origin",
      signal,
    });
    if (response.status === 401) await lookUp();
    if (!response.ok || response.body === null) {
      const { status, headers } = response;
      const body = await response.json().catch(() => undefined);
      return { kind: "failed", reason: reasonOf({ ok: false, status, headers, body }) };
    }
    return await lastLine(response.body, onProgress);
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: "failed", reason: "The origin does not answer." };
  }
}

/** @param {ReadableStream<Uint8Array>} body @param {(progress: Progress) => void} onProgress @returns {Promise<Answer>} */
async function lastLine(body, onProgress) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (text + decoder.decode(value, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const said = JSON.parse(line);
      if (said.kind === "done" || said.kind === "failed") return said;
      onProgress(said);
    }
    if (done) return { kind: "failed", reason: "The origin hung up." };
  }
}
