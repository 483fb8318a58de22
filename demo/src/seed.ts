/** The seed of the demo's audience, so that whoever draws it again draws the stored one. */
export const DEMO_SEED = 2026;
