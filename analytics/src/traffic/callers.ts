/**
 * Counts the requests of every address, agent and user, whatever the evidence says of them: the report shows
 * the most frequent of each.
 */

/** A count for each number of an interner. */
type Counts = {
  readonly add: (number: number, count: number) => void;
  readonly of: (number: number) => number;
};

export type Callers = {
  readonly add: (user: number, network: number, agent: number, count: number) => void;
  /** All requests that were added. */
  readonly requests: () => number;
  readonly ofUser: (user: number) => number;
  readonly ofNetwork: (network: number) => number;
  readonly ofAgent: (agent: number) => number;
  /**
   * The agent of most of a network's requests, and a share of them that it has at least. It is the majority
   * vote of R. S. Boyer and J. S. Moore ("MJRTY", 1981): it needs two numbers for each network, and finds the
   * agent whenever it has more than half of the requests.
   */
  readonly mainAgent: (network: number) => { readonly agent: number; readonly leastShare: number };
};

const FIRST_CAPACITY = 1 << 10;

export function createCallers(): Callers {
  const [users, networks, agents] = [createCounts(), createCounts(), createCounts()];
  const votes = createVotes();
  let requests = 0;
  return {
    add: (user, network, agent, count) => {
      requests += count;
      users.add(user, count);
      networks.add(network, count);
      agents.add(agent, count);
      votes.add(network, agent, count);
    },
    requests: () => requests,
    ofUser: users.of,
    ofNetwork: networks.of,
    ofAgent: agents.of,
    mainAgent: (network) => {
      const { agent, lead } = votes.of(network);
      return { agent, leastShare: lead / Math.max(1, networks.of(network)) };
    },
  };
}

function createCounts(): Counts {
  let counts = new Float64Array(FIRST_CAPACITY);
  return {
    add: (number, count) => {
      if (number >= counts.length) counts = grown(counts, new Float64Array(capacityFor(number)));
      counts[number]! += count;
    },
    of: (number) => counts[number] ?? 0,
  };
}

function createVotes() {
  let leaders = new Uint32Array(FIRST_CAPACITY);
  let leads = new Float64Array(FIRST_CAPACITY);
  return {
    add: (network: number, agent: number, count: number): void => {
      if (network >= leaders.length) {
        leaders = grown(leaders, new Uint32Array(capacityFor(network)));
        leads = grown(leads, new Float64Array(leaders.length));
      }
      if (leaders[network] === agent) leads[network]! += count;
      else if (leads[network]! >= count) leads[network]! -= count;
      else {
        leads[network] = count - leads[network]!;
        leaders[network] = agent;
      }
    },
    of: (network: number): { agent: number; lead: number } => ({
      agent: leaders[network] ?? 0,
      lead: leads[network] ?? 0,
    }),
  };
}

function capacityFor(number: number): number {
  return Math.ceil(1.5 * (number + 1));
}

function grown<Kind extends Uint32Array | Float64Array>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}
