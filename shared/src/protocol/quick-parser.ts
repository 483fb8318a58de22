/**
 * Parsers for hot paths: input that is plainly valid passes a few predicates made from the schema, and zod
 * judges the rest.
 */
import type * as z from "zod/mini";

type Accepts = (value: unknown) => boolean;
type CheckDef = z.core.$ZodChecks["_zod"]["def"] | z.core.$ZodCustomDef;

/** String formats that a pattern alone decides. */
const PLAIN_FORMATS: ReadonlySet<string> = new Set(["regex", "datetime"]);

/**
 * Returns what `schema.safeParse` returns for a JSON value, with equal data and errors. It is several times
 * as fast when the value is valid and no key is to be dropped, since the value itself is then returned and
 * not a copy. The schema must have no transforms, defaults or asynchronous checks. A kind without a known
 * predicate is left to zod.
 */
export function quickParser<Schema extends z.ZodMiniObject>(
  schema: Schema,
): (value: unknown) => z.core.util.SafeParseResult<z.infer<Schema>> {
  const accepts = predicate(schema);
  return (value) =>
    accepts(value) ? { success: true, data: value as z.infer<Schema> } : schema.safeParse(value);
}

/** True only for values that the schema accepts without changing them. */
function predicate(schema: z.core.$ZodType): Accepts {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- zod handles the other kinds
  switch (def.type) {
    case "string":
      return allOf((value) => typeof value === "string", checksOf(def));
    case "number":
      return allOf(Number.isFinite, checksOf(def));
    case "enum": {
      const values = new Set<unknown>(Object.values(def.entries));
      return (value) => values.has(value);
    }
    case "union": {
      const options = def.options.map(predicate);
      return (value) => options.some((accepts) => accepts(value));
    }
    case "object":
      return objectPredicate(def);
    case "array": {
      const accepts = predicate(def.element);
      return allOf((value) => Array.isArray(value) && value.every(accepts), checksOf(def));
    }
    default:
      return () => false;
  }
}

function objectPredicate({ shape, catchall }: z.core.$ZodObjectDef): Accepts {
  const fields = new Map(
    Object.entries(shape).map(([key, field]) => {
      const { def } = (field as z.core.$ZodTypes)._zod;
      const required = def.type !== "optional";
      return [key, { required, accepts: predicate(required ? field : def.innerType) }];
    }),
  );
  const required = fields
    .values()
    .filter((field) => field.required)
    .toArray().length;
  const isLoose = catchall !== undefined && (catchall as z.core.$ZodTypes)._zod.def.type === "unknown";
  return (value) => {
    if (catchall !== undefined && !isLoose) return false;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    let missing = required;
    for (const key in value) {
      const field = fields.get(key);
      if (field === undefined && isLoose) continue;
      // Only zod knows whether a key that the schema does not name is to be dropped.
      if (field === undefined || !field.accepts((value as Readonly<Record<string, unknown>>)[key]))
        return false;
      if (field.required) missing -= 1;
    }
    return missing === 0;
  };
}

/** A format such as `z.int()` is both a schema and its own first check. */
function checksOf(def: z.core.$ZodStringDef | z.core.$ZodNumberDef | z.core.$ZodArrayDef): CheckDef[] {
  const others = (def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  const own: object = def;
  return "check" in own ? [own as CheckDef, ...others] : others;
}

function allOf(isType: Accepts, checks: readonly CheckDef[]): Accepts {
  return checks.map(checkOf).reduce((all, next) => (value) => all(value) && next(value), isType);
}

/** The predicate is called only with a value of the right type. */
function checkOf(def: CheckDef): Accepts {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- zod handles the other checks
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
      return (value) => (value as string | unknown[]).length >= def.minimum;
    case "max_length":
      return (value) => (value as string | unknown[]).length <= def.maximum;
    case "greater_than":
      return (value) => (value as number) > Number(def.value) || (def.inclusive && value === def.value);
    case "less_than":
      return (value) => (value as number) < Number(def.value) || (def.inclusive && value === def.value);
    default:
      return () => false;
  }
}
