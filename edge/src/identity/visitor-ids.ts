/**
 * Ids of visitors that this edge can tell from invented ones: a UUID of version 8 (RFC 9562 §5.8) whose first
 * ten bytes are random, and whose last six are a keyed hash of them. So a cookie needs no second field for a
 * signature, and any isolate recognises an id of any other.
 */
import { VISITOR_ID } from "@spillway/shared/protocol/wire.ts";

export type VisitorIds = {
  /** Returns a new UUID. */
  readonly issue: () => string;
  /** Whether `user`, `v_` and a UUID, is one that an edge with the same secret has issued. */
  readonly isIssued: (user: string) => boolean;
};

/** Of these 80 bits, 74 are random. Among ten billion visitors, one in 400 draws of all shares an id. */
const RANDOM_BYTES = 10;
/** Drawn at once for so many ids, since asking the platform takes longer than all else. */
const IDS_AT_ONCE = 100;
/** 48 bits. Each guess costs a request, and one in 281 billion is right. */
const PROOF_DIGITS = 12;

/** `hashUser` is the keyed hash of user ids. No id has a control character, so that none has this hash. */
export function createVisitorIds(hashUser: (text: string) => string): VisitorIds {
  const draw = createDraw();
  const proofOf = (random: string): string => hashUser(`visitor\n${random}`).slice(0, PROOF_DIGITS);
  return {
    issue: () => {
      const drawn = draw();
      const variant = "89ab".charAt(Number.parseInt(drawn.charAt(16), 16) % 4);
      const random = `${drawn.slice(0, 12)}8${drawn.slice(13, 16)}${variant}${drawn.slice(17)}`;
      const groups = [random.slice(0, 8), random.slice(8, 12), random.slice(12, 16), random.slice(16)];
      return `${groups.join("-")}-${proofOf(random)}`;
    },
    isIssued: (user) => {
      if (!VISITOR_ID.test(user)) return false;
      const digits = user.slice(2).replaceAll("-", "");
      const random = digits.slice(0, 2 * RANDOM_BYTES);
      return random[12] === "8" && proofOf(random) === digits.slice(2 * RANDOM_BYTES);
    },
  };
}

/** Each call gives other random bytes, in hexadecimal digits. */
function createDraw(): () => string {
  const size = 2 * RANDOM_BYTES;
  let pool = "";
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES * IDS_AT_ONCE)).toHex();
      used = 0;
    }
    used += size;
    return pool.slice(used - size, used);
  };
}
