/** Parsers for hot paths: what is plainly valid passes a few predicates made from the schema; all else is zod's to judge. */
import type * as z from "zod/mini";

type Accepts = (value: unknown) => boolean;
type Copy = (value: unknown) => unknown;
type CheckDef = z.core.$ZodChecks["_zod"]["def"] | z.core.$ZodCustomDef;

/** What no predicate vouches for. */
const UNDECIDED: unique symbol = Symbol("undecided");
/** String formats that are their pattern, and nothing beside it. */
const PLAIN_FORMATS: ReadonlySet<string> = new Set(["regex", "datetime"]);

/**
 * Does what `schema.safeParse` does, with the same data and the same errors, several times as fast on valid input. An object
 * schema without transforms, defaults or asynchronous checks; a kind of field that is not known here is left to zod.
 */
export function quickParser<Schema extends z.ZodMiniObject>(
  schema: Schema,
): (value: unknown) => z.core.util.SafeParseResult<z.infer<Schema>> {
  const copy = copier(schema);
  return (value) => {
    const data = copy(value);
    if (data === UNDECIDED) return schema.safeParse(value);
    return { success: true, data: data as z.infer<Schema> };
  };
}

/** A copy of the keys that the schema names, or {@link UNDECIDED}. */
function copier(schema: z.core.$ZodType): Copy {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== "object" || def.catchall !== undefined) {
    const accepts = predicate(schema);
    return (value) => (accepts(value) ? value : UNDECIDED);
  }
  const fields = Object.entries(def.shape).map(([key, field]) => {
    const inner = (field as z.core.$ZodTypes)._zod.def;
    const optional = inner.type === "optional";
    return { key, optional, copy: copier(optional ? inner.innerType : field) };
  });
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return UNDECIDED;
    const given = value as Readonly<Record<string, unknown>>;
    const copied: Record<string, unknown> = {};
    for (const { key, optional, copy } of fields) {
      const field = given[key];
      if (field === undefined && optional) continue;
      const own = copy(field);
      if (own === UNDECIDED) return UNDECIDED;
      copied[key] = own;
    }
    return copied;
  };
}

/** True only for what the schema takes as it is. */
function predicate(schema: z.core.$ZodType): Accepts {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // The other kinds are zod's.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (def.type) {
    case "string":
      return every((value) => typeof value === "string", checksOf(def));
    case "number":
      return every(Number.isFinite, checksOf(def));
    case "enum": {
      const values = new Set<unknown>(Object.values(def.entries));
      return (value) => values.has(value);
    }
    case "union": {
      const options = def.options.map(predicate);
      return (value) => options.some((accepts) => accepts(value));
    }
    default:
      return () => false;
  }
}

/** A format, such as `z.int()`, is a schema and its own first check. */
function checksOf(def: z.core.$ZodStringDef | z.core.$ZodNumberDef): CheckDef[] {
  const others = (def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  const own: object = def;
  return "check" in own ? [own as CheckDef, ...others] : others;
}

function every(isType: Accepts, checks: readonly CheckDef[]): Accepts {
  return checks.map(checkOf).reduce((all, next) => (value) => all(value) && next(value), isType);
}

/** Asked only for a value of the right type. */
function checkOf(def: CheckDef): Accepts {
  // The other checks are zod's.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (def.check) {
    case "custom": {
      const { fn } = def;
      return (value) => fn(value) === true;
    }
    case "string_format": {
      const { format, pattern } = def;
      if (pattern === undefined || !PLAIN_FORMATS.has(format)) return () => false;
      return (value) => pattern.test(value as string);
    }
    case "number_format":
      return def.format === "safeint" ? Number.isSafeInteger : () => false;
    case "min_length":
      return (value) => (value as string).length >= def.minimum;
    case "max_length":
      return (value) => (value as string).length <= def.maximum;
    case "greater_than":
      return (value) => (value as number) > Number(def.value) || (def.inclusive && value === def.value);
    case "less_than":
      return (value) => (value as number) < Number(def.value) || (def.inclusive && value === def.value);
    default:
      return () => false;
  }
}
