/** A day's calls in typed columns: added in any order, read by time. */

export const CATEGORIES = [
  "homepage",
  "movies",
  "series",
  "live",
  "search",
  "similar",
  "playback",
  "events",
] as const;
export type Category = (typeof CATEGORIES)[number];
const POSTED = CATEGORIES.indexOf("events");

export type DayCalls = {
  /** `secondS`: of the day; what falls outside of it is left out. `network`: an IPv4 address as a number. */
  readonly add: (secondS: number, actor: number, category: Category, agent: number, network: number) => void;
  readonly size: () => number;
  readonly each: (
    visit: (
      secondS: number,
      actor: number,
      category: Category,
      isPost: boolean,
      agent: number,
      network: number,
    ) => void,
  ) => void;
  readonly clear: () => void;
};

const DAY_S = 86_400;

export function createDayCalls(): DayCalls {
  let capacity = 1 << 16;
  let columns = create(capacity);
  let size = 0;
  return {
    add: (secondS, actor, category, agent, network) => {
      if (secondS < 0 || secondS >= DAY_S) return;
      if (size === capacity) {
        capacity *= 2;
        const more = create(capacity);
        for (const name of Object.keys(more) as (keyof typeof more)[]) more[name].set(columns[name]);
        columns = more;
      }
      columns.second[size] = secondS;
      columns.actor[size] = actor;
      columns.network[size] = network;
      columns.category[size] = CATEGORIES.indexOf(category);
      columns.agent[size] = agent;
      size += 1;
    },
    size: () => size,
    each: (visit) => {
      for (const at of byTime(columns.second.subarray(0, size))) {
        const category = columns.category[at] ?? 0;
        visit(
          columns.second[at] ?? 0,
          columns.actor[at] ?? 0,
          CATEGORIES[category] ?? "homepage",
          category === POSTED,
          columns.agent[at] ?? 0,
          columns.network[at] ?? 0,
        );
      }
    },
    clear: () => {
      size = 0;
    },
  };
}

function create(capacity: number) {
  return {
    second: new Int32Array(capacity),
    actor: new Uint32Array(capacity),
    network: new Uint32Array(capacity),
    category: new Uint8Array(capacity),
    agent: new Uint8Array(capacity),
  };
}

/** A counting sort over the day's seconds. */
function byTime(seconds: Int32Array): Uint32Array {
  const places = new Uint32Array(DAY_S + 1);
  for (const second of seconds) places[second + 1] = (places[second + 1] ?? 0) + 1;
  for (let second = 0; second < DAY_S; second += 1)
    places[second + 1] = (places[second + 1] ?? 0) + (places[second] ?? 0);
  const order = new Uint32Array(seconds.length);
  seconds.forEach((second, at) => {
    const place = places[second] ?? 0;
    order[place] = at;
    places[second] = place + 1;
  });
  return order;
}
