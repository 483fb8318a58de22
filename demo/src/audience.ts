/**
 * The demo's audience: synthetic visitors, drawn from a seeded generator by the rules in this folder. No real
 * person is described, and nothing was measured. Pure.
 */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { NO_SIGNALS, NONE, type Signals } from "@spillway/shared/signals/signals.ts";
import { footballPools, pickFootball, type FootballPools } from "./football-picks.ts";
import { libraryPools, pickTitle, type LibraryKind, type LibraryPools } from "./library-picks.ts";
import { drawLink, planLinks, type Link } from "./links.ts";
import { drawPlayTime, playableSpan } from "./play-times.ts";
import { createRandom, weightedTable, type Random } from "./random.ts";
import { CAMPAIGN_THEMES, DEVICE_MIXES, ENTRY_MIXES } from "./tastes.ts";
import { drawTeam, drawVisitor, type Visitor } from "./visitors.ts";

export type DemoPlay = {
  readonly item: string;
  readonly timeMs: number;
  /** 1 for a full play, 0.3 for a started one. */
  readonly weight: number;
};

export type DemoUser = {
  /** Ids such as `u1`, `u2`, … */
  readonly user: string;
  /**
   * Signals of the latest visit. Affinity, recency and depth say nothing here, because they follow from the
   * plays.
   */
  readonly signals: Signals;
  /** The user's weight in traffic: 1 to 60, with a heavy tail. */
  readonly visits: number;
  /** Oldest first. No item occurs twice; each was available at its time, and none is later than `nowMs`. */
  readonly plays: readonly DemoPlay[];
};

export type AudienceOptions = {
  readonly seed: number;
  /** 20,000 by default. */
  readonly users?: number;
  readonly items: readonly Item[];
  readonly nowMs: number;
  /**
   * When false, entry path, campaign and event are drawn independently of everything else about a user. True
   * by default.
   */
  readonly entryMatters?: boolean;
};

type World = {
  readonly football: FootballPools;
  readonly library: LibraryPools;
  readonly spans: ReadonlyMap<string, { fromMs: number; toMs: number }>;
};

export const DEMO_USERS = 20_000;
const KINDS = ["match", "replay", "highlights", "clip", "hub", "movie", "series", "kids"] as const;
/** The link decides about this share of the library's plays, and the visitor's own taste about the rest. */
const LINK_INTEREST_SHARE = 0.6;
const STARTED_ONLY_SHARE = 0.25;

/**
 * Yields the audience. The same options give the same users, and a shorter audience is the beginning of a
 * longer one.
 */
export function* demoAudience(options: AudienceOptions): Generator<DemoUser> {
  const { seed, users = DEMO_USERS, items, nowMs, entryMatters = true } = options;
  const spans = new Map(
    items.flatMap((item) => {
      const span = playableSpan(item, nowMs);
      return span === undefined ? [] : [[item.id, span] as const];
    }),
  );
  const playable = items.filter(({ id }) => spans.has(id));
  const world: World = {
    football: footballPools(playable, nowMs, createRandom(seed, "football")),
    library: libraryPools(playable, seed),
    spans,
  };
  const links = planLinks(items, nowMs);
  const random = createRandom(seed, "visitors");
  for (let at = 1; at <= users; at += 1) {
    const team = drawTeam(random);
    const link = drawLink(random, links, entryMatters ? team : NONE);
    const relevantLink = entryMatters ? link : undefined;
    const visitor = drawVisitor(random, team, relevantLink?.entry);
    yield {
      user: `u${at}`,
      signals: {
        ...NO_SIGNALS,
        team,
        entry: link.entry,
        campaign: link.campaign,
        event: link.event,
        device: visitor.device,
        region: visitor.region,
      },
      visits: visitor.visits,
      plays: drawPlays(random, world, visitor, relevantLink),
    };
  }
}

function drawPlays(random: Random, world: World, visitor: Visitor, link: Link | undefined): DemoPlay[] {
  const kinds = kindTable(visitor, link);
  const plays = new Map<string, DemoPlay>();
  // A visitor whose link named a title watched it first. An item that is drawn twice was watched once.
  const first = link?.about;
  for (let at = 0; at < visitor.plays; at += 1) {
    const kind = random.weighted(kinds) ?? "movie";
    const item =
      at === 0 && first !== undefined && random.chance(0.6)
        ? first
        : drawItem(random, world, kind, visitor, link);
    const span = item === undefined ? undefined : world.spans.get(item.id);
    if (item === undefined || span === undefined) continue;
    const weight = random.chance(STARTED_ONLY_SHARE) ? 0.3 : 1;
    plays.set(item.id, { item: item.id, timeMs: drawPlayTime(random, item, span), weight });
  }
  return [...plays.values()].toSorted((a, b) => a.timeMs - b.timeMs);
}

/** Weights of the kinds: the taste's mix, changed by the link, by the device, and by a favourite team. */
function kindTable({ taste, device, team }: Visitor, link: Link | undefined) {
  const entry = link === undefined ? undefined : ENTRY_MIXES[link.entry].mix;
  const theme = link === undefined ? undefined : CAMPAIGN_THEMES[link.campaign]?.mix;
  return weightedTable(KINDS, (kind) => {
    const ofLibrary = kind === "movie" || kind === "series" || kind === "kids";
    const fan = ofLibrary ? 1 : team === NONE ? 0.5 : 1.8;
    return taste.mix[kind] * DEVICE_MIXES[device][kind] * fan * (entry?.[kind] ?? 1) * (theme?.[kind] ?? 1);
  });
}

function drawItem(
  random: Random,
  world: World,
  kind: Item["kind"],
  visitor: Visitor,
  link: Link | undefined,
): Item | undefined {
  if (kind !== "movie" && kind !== "series" && kind !== "kids") {
    return pickFootball(random, world.football, kind, visitor, link);
  }
  return pickTitle(random, world.library, kind, interestOf(random, kind, visitor, link));
}

function interestOf(random: Random, kind: LibraryKind, { taste }: Visitor, link: Link | undefined): string {
  if (link === undefined || !random.chance(LINK_INTEREST_SHARE)) return taste.name;
  if (link.campaign !== NONE) return link.campaign;
  // Children's titles are chosen by taste alone, and a direct visit says nothing more about the visitor.
  return kind === "kids" || Object.keys(ENTRY_MIXES[link.entry].genres).length === 0
    ? taste.name
    : link.entry;
}
