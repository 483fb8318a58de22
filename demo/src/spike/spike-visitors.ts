/**
 * Who comes in a spike of the demo: its own synthetic audience, and strangers like them, by the links of the
 * quarter-final's evening. Endless, and the same for the same seed. Pure.
 */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { demoAudience, type DemoUser } from "../audience.ts";
import { demoCatalogue, DEMO_NOW_MS } from "../catalogue.ts";
import { drawLink, planLinks, type LinkPlan } from "../links.ts";
import { createRandom, weightedTable, type Random, type WeightedTable } from "../random.ts";
import { DEMO_SEED } from "../seed.ts";
import { drawTeam, drawVisitor } from "../visitors.ts";
import { spikeRequest, type Asking, type SpikeRequest } from "./spike-requests.ts";

export type SpikeVisit = SpikeRequest & {
  /**
   * The browser that keeps the answer's cookies and sends them the next time; undefined for a television,
   * which keeps none, and for who comes for the first time.
   */
  readonly browser: string | undefined;
};

export type SpikeOptions = {
  readonly seed: number;
  /** The address of the edge, such as `http://localhost:8787`. */
  readonly site: string;
  /** How many of the stored audience come, from `u1` on. */
  readonly users?: number;
};

/** A part of the audience is enough, and drawn within a second. */
const USERS = 3000;
const KNOWN_SHARE = 0.65;
/** Strangers who have been here before, and so have the edge's cookies. */
const RETURNING_SHARE = 0.4;
const RETURNING_STRANGERS = 400;
/** What people open at a kick-off. */
const CONTEXTS = [
  ["homepage", 80],
  ["live", 15],
  ["movies", 5],
] as const;

export function createSpikeVisitors({ seed, site, users = USERS }: SpikeOptions): () => SpikeVisit {
  const items = demoCatalogue(DEMO_NOW_MS);
  const audience = [...demoAudience({ seed: DEMO_SEED, users, items, nowMs: DEMO_NOW_MS })];
  const known = weightedTable(audience, ({ visits }) => visits);
  const links = planLinks(items, DEMO_NOW_MS);
  const contexts = weightedTable(CONTEXTS, ([, share]) => share);
  const random = createRandom(seed, "spike");
  return () => {
    const context = random.weighted(contexts)?.[0] ?? "homepage";
    const { browser, ...asking } = random.chance(KNOWN_SHARE)
      ? knownViewer(random, known)
      : stranger(random, links);
    return { ...spikeRequest(random, site, { ...asking, context }), browser };
  };
}

type Who = Omit<Asking, "context"> & { readonly browser: string | undefined };

function knownViewer(random: Random, known: WeightedTable<DemoUser>): Who {
  const { user, signals } = random.weighted(known) ?? random.pick(known.entries);
  const isApp = signals.device === "tv";
  return { user, isApp, browser: isApp ? undefined : user, signals };
}

function stranger(random: Random, links: LinkPlan): Who {
  const team = drawTeam(random);
  const { entry, campaign, event } = drawLink(random, links, team);
  const { device, region } = drawVisitor(random, team, entry);
  return {
    user: undefined,
    isApp: device === "tv",
    browser: random.chance(RETURNING_SHARE) ? `stranger-${random.int(RETURNING_STRANGERS)}` : undefined,
    signals: { ...NO_SIGNALS, team, entry, campaign, event, device, region },
  };
}
