/** When a queue's message that could not be delivered is tried again. */

/** Each delay is a tenth longer than the one before. */
const GROWTH = 1.1;

export type RetrySchedule = { readonly retryBaseS: number; readonly retryCapS: number };

export function retryMessage({ retryBaseS, retryCapS }: RetrySchedule, message: Message): void {
  message.retry({ delaySeconds: retryDelayS(message.attempts, retryBaseS, retryCapS) });
}

/**
 * The delay is `baseS` after the first attempt, grows by a tenth with each further one, and is at most
 * `capS`. So a message that waits when the origin returns waits for at most a tenth of the outage, and the
 * hundred attempts that the platform allows last for days. Before the cap n delays add up to baseS · (1.1ⁿ −
 * 1) / 0.1.
 */
export function retryDelayS(attempts: number, baseS: number, capS: number): number {
  return Math.min(capS, Math.round(baseS * GROWTH ** (attempts - 1)));
}
