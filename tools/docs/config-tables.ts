/** The tables of docs/configuration.md, from the schemas and descriptions in the code. */
import { DEFAULT_COOKIE } from "@spillway/edge/identity/user-token-config.ts";
import { VARIABLES, WHOLE_NUMBERS } from "@spillway/edge/variables.ts";
import { environmentSchema } from "@spillway/origin/config/variables.ts";
import { ROUTING_KEYS } from "@spillway/shared/routing/routing-keys.ts";
import { routingFileSchema } from "@spillway/shared/routing/file/routing-file.ts";
import * as z from "zod/mini";

type Row = readonly [name: string, otherwise: string, values: string, what: string];

/** Returns each table by its name in the markers of the page. */
export function configTables(): ReadonlyMap<string, string> {
  return new Map([
    ["origin variables", table(originRows())],
    ["worker variables", table(workerRows())],
    ["routing keys", table(routingRows())],
  ]);
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`);
  return `| name | default | values | what |\n|---|---|---|---|\n${lines.join("\n")}`;
}

/** As much of JSON Schema as zod makes of our schemas. */
type Property = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: string | number | boolean | readonly string[];
  readonly values?: string;
  readonly otherwise?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
};

function propertiesOf(schema: z.ZodMiniType): Property {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Property;
}

function originRows(): Row[] {
  const { properties = {}, required = [] } = propertiesOf(environmentSchema);
  return Object.entries(properties).map(([name, property]) => [
    code(name),
    defaultOf(property, required.includes(name)),
    valuesOf(property),
    property.description ?? missing(name),
  ]);
}

function workerRows(): Row[] {
  const numbers: Readonly<Record<string, { least: number; most: number; otherwise: number } | undefined>> =
    WHOLE_NUMBERS;
  return Object.entries(VARIABLES).map(([name, what]) => {
    const bounds = numbers[name];
    if (bounds !== undefined)
      return [code(name), code(bounds.otherwise), `${bounds.least} to ${bounds.most}`, what];
    return [code(name), name === "USER_TOKEN_COOKIE" ? code(DEFAULT_COOKIE) : "", "", what];
  });
}

function routingRows(): Row[] {
  const schema = propertiesOf(routingFileSchema);
  return Object.entries(ROUTING_KEYS).map(([key, what]) => {
    const groups = key.split(".");
    const name = groups.pop() ?? key;
    const group = groups.length === 0 ? undefined : groups.join(".");
    const owner = groups.reduce(ownerOf, schema);
    const property = owner.properties?.[name] ?? missing(key);
    const shown =
      group === undefined
        ? name
        : `${group.endsWith("[]") ? `[[${group.replaceAll("[]", "")}]]` : `[${group}]`} ${name}`;
    return [
      code(shown),
      defaultOf(property, owner.required?.includes(name) ?? false),
      valuesOf(property),
      what,
    ];
  });
}

function ownerOf(schema: Property, group: string): Property {
  const property = schema.properties?.[group.replace("[]", "")];
  return (group.endsWith("[]") ? property?.items : property) ?? missing(group);
}

function defaultOf({ default: value, otherwise }: Property, isRequired: boolean): string {
  if (otherwise !== undefined) return otherwise;
  if (value === undefined) return isRequired ? "required" : "";
  if (typeof value === "object") return value.map((each) => code(each)).join(", ");
  return value === "" ? "empty" : code(String(value));
}

function valuesOf(property: Property): string {
  const { values, enum: choices, anyOf, items, minimum, maximum, minLength, maxLength, type } = property;
  if (values !== undefined) return values;
  if (anyOf !== undefined) return anyOf.map((each) => valuesOf(each)).join("; ");
  if (items !== undefined) return valuesOf(items) === "" ? "a list" : `a list of ${valuesOf(items)}`;
  if (choices !== undefined) return choices.map((choice) => code(choice)).join(", ");
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (type !== "string") return "";
  if (minLength !== undefined && minLength > 1) return `at least ${minLength} characters`;
  return maxLength === undefined ? "" : `at most ${maxLength} characters`;
}

function code(text: string | number): string {
  return `\`${text}\``;
}

function missing(name: string): never {
  throw new RangeError(`${name} has no description, or stands in no schema`);
}
