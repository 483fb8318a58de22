/**
 * Finds what a JSON log calls its time, address, agent and so on: by names that are common in nginx
 * configurations and in the logs of CDNs and proxies, at any depth.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Names in order of preference, without letter case and signs. A nested key's own name counts as well as its
 * path.
 */
const NAMES = {
  time: [
    ..."timestamp time ts datetime timelocal timeiso8601 iso8601 msec timemsec timestampms timems edgestarttimestamp".split(
      " ",
    ),
    ..."timestart starttime startutc startlocal timeutc accesstime logtime begin date".split(" "),
  ],
  clock: ["time"],
  address: [
    ..."cfconnectingip trueclientip fastlyclientip remoteaddr clientip clientaddr clientaddress remoteip cip ip".split(
      " ",
    ),
    ..."ipaddress clienthost sourceip srcip realip remotehost remoteaddress remote client network".split(" "),
  ],
  forwarded:
    "httpxforwardedfor xforwardedfor xforwardfor proxyaddxforwardedfor forwardedfor xff httpxrealip xrealip".split(
      " ",
    ),
  agent:
    "httpuseragent useragent requestuseragent csuseragent clientrequestuseragent useragentoriginal agent ua".split(
      " ",
    ),
  referrer:
    "httpreferer referer referrer requestreferer csreferer clientrequestreferer httprequestreferrer".split(
      " ",
    ),
  line: ["request", "requestline", "req"],
  method:
    "requestmethod method httpmethod verb csmethod clientrequestmethod reqmethod httprequestmethod requestverb".split(
      " ",
    ),
  target: [
    ..."requesturi clientrequesturi originaluri requesturl url uri urloriginal requestpath clientrequestpath".split(
      " ",
    ),
    ..."csuristem urlpath path endpoint".split(" "),
  ],
  query: "querystring args csuriquery urlquery requestquery query params".split(" "),
  status:
    "status edgeresponsestatus responsestatus scstatus statuscode httpstatus httpstatuscode respstatus responsecode".split(
      " ",
    ),
  cookies: "httpcookie cookies cookie cscookie requestcookie".split(" "),
  user: "userid user uid accountid subscriberid viewerid customerid remoteuser username".split(" "),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Role = keyof typeof NAMES;
const ROLES = Object.keys(NAMES) as Role[];
const MAX_DEPTH = 4;
/** So many lines are looked at in full; after them, those with a key that is new at the top. */
const FULL_LESSONS = 100;
/** A log with ever new keys is not learned for ever. */
const MAX_LESSONS = 1000;

export type JsonKeys = {
  /** Looks for keys that were not seen before. Comes before `all` and `first` of the same object. */
  readonly learn: (object: JsonObject) => void;
  /** The values of a role in an object, the preferred name first; without null, "" and "-". */
  readonly all: (object: JsonObject, role: Role) => unknown[];
  readonly first: (object: JsonObject, role: Role) => unknown;
  /** Whether the object has a key of that role, with whatever value. */
  readonly has: (object: JsonObject, role: Role) => boolean;
};

type KeyPath = { readonly steps: readonly string[]; readonly rank: number };

/** Remembers where each role was found, since the lines of a log have mostly the same keys. */
export function createJsonKeys(): JsonKeys {
  const paths = Object.fromEntries(ROLES.map((role) => [role, [] as KeyPath[]])) as Record<Role, KeyPath[]>;
  const seen = new Set<string>();
  let lessons = 0;
  const walk = (object: JsonObject, before: readonly string[]): void => {
    for (const [key, value] of Object.entries(object)) {
      const steps = [...before, key];
      const name = steps.join("\0");
      if (!seen.has(name)) {
        seen.add(name);
        for (const role of ROLES) add(paths[role], role, steps);
      }
      if (isObject(value) && steps.length < MAX_DEPTH) walk(value, steps);
    }
  };
  const hasNew = (object: JsonObject): boolean => {
    for (const key in object) if (!seen.has(key)) return true;
    return false;
  };
  const all = (object: JsonObject, role: Role): unknown[] =>
    paths[role].map(({ steps }) => valueAt(object, steps)).filter((value) => isKnown(value, role));
  return {
    learn: (object) => {
      if (lessons >= FULL_LESSONS && (lessons >= MAX_LESSONS || !hasNew(object))) return;
      lessons += 1;
      walk(object, []);
    },
    all,
    has: (object, role) => paths[role].some(({ steps }) => valueAt(object, steps) !== undefined),
    first: (object, role) => {
      for (const { steps } of paths[role]) {
        const value = valueAt(object, steps);
        if (isKnown(value, role)) return value;
      }
      return undefined;
    },
  };
}

function add(paths: KeyPath[], role: Role, steps: readonly string[]): void {
  const names: readonly string[] = NAMES[role];
  const [whole, own] = [plainName(steps.join("")), plainName(steps.at(-1) ?? "")];
  const [byWhole, byOwn] = [names.indexOf(whole), names.indexOf(own)];
  const found = byWhole >= 0 ? byWhole : byOwn;
  if (found < 0) return;
  // At the same name, what stands higher up is the request's own.
  paths.push({ steps, rank: found + 100 * (steps.length - 1) });
  paths.sort((a, b) => a.rank - b.rank);
}

function plainName(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Returns the value at a path of keys; own keys only, since a log may have a key `__proto__`. */
export function valueAt(object: JsonObject, steps: readonly string[]): unknown {
  let value: unknown = object;
  for (const step of steps) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only cookies may be an object, with a value for each name. */
function isKnown(value: unknown, role: Role): boolean {
  if (isObject(value)) return role === "cookies";
  return value !== undefined && value !== null && value !== "" && value !== "-";
}
