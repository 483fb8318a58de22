/** When a queue's message that could not be delivered is tried again. */

/** Each delay is a tenth longer than the one before. */
const GROWTH = 1.1;

export type RetrySchedule = { readonly retryBaseS: number; readonly retryCapS: number };

export function retryMessage({ retryBaseS, retryCapS }: RetrySchedule, message: Message): void {
  message.retry({ delaySeconds: retryDelayS(message.attempts, retryBaseS, retryCapS) });
}

/**
 * `baseS` after the first attempt, a tenth more after each further one, at most `capS`: so a message waits, when the origin
 * is back, for a tenth of the outage at most, and its hundred attempts (the platform's most) last for days. The sum of n
 * delays is baseS · (1.1ⁿ − 1) / 0.1 before the cap.
 */
export function retryDelayS(attempts: number, baseS: number, capS: number): number {
  return Math.min(capS, Math.round(baseS * GROWTH ** (attempts - 1)));
}
