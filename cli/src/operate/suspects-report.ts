/** Formats the list of suspects. */
import { textTable } from "@spillway/kit/charts/table.ts";
import type { StoredSuspect } from "@spillway/store/operators/suspect-store.ts";

export type DescribedSuspect = {
  readonly hash: string;
  /** It is undefined when only the hash is known. */
  readonly user: string | undefined;
  readonly listed: string;
  readonly expires: string;
  readonly score: number | undefined;
  readonly evidence: unknown;
};

const MOST_SHOWN = 50;

export function describeSuspect({ hash, user, why, listedMs, expiresMs }: StoredSuspect): DescribedSuspect {
  const reasons = JSON.parse(why ?? "{}") as { score?: number; evidence?: unknown };
  return {
    hash,
    user: user ?? undefined,
    listed: new Date(listedMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
    score: reasons.score,
    evidence: reasons.evidence,
  };
}

/** Shows the first fifty at most; `--json` prints all. */
export function suspectsTable(suspects: readonly DescribedSuspect[]): string {
  if (suspects.length === 0) return "Nobody is listed.";
  const more = suspects.length - MOST_SHOWN;
  return textTable({
    head: ["hash", "user", "listed", "expires", "score", "evidence"],
    align: ["left", "left", "left", "left", "right", "left"],
    rows: suspects
      .slice(0, MOST_SHOWN)
      .map(({ hash, user = "", listed, expires, score, evidence }) => [
        hash,
        user,
        listed.slice(0, 10),
        expires.slice(0, 10),
        score?.toFixed(1) ?? "",
        evidence === undefined ? "" : evidenceText(evidence),
      ]),
    ...(more > 0 && { note: `… and ${more} more; --json prints all.` }),
  });
}

function evidenceText(evidence: unknown): string {
  return Array.isArray(evidence) ? evidence.map(String).join(", ") : JSON.stringify(evidence);
}
