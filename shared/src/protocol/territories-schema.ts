/** The schema of an item's territories, as operators write them. */
import * as z from "zod/mini";
import type { Territories } from "./restrictions.ts";
import { notATerritory, readTerritory } from "./territories.ts";

const LIST_FORM = 'must name countries to allow ("GB") or to deny ("!US"), and not both';
const OBJECT_FORM = 'must be {"allowed": […]} or {"denied": […]}, with at least one country';

const listSchema = z.array(z.string());

/** `{ "allowed": ["GB", "IE"] }` or `{ "denied": ["US"] }`; as a list `["GB", "IE"]` or `["!US"]`. */
export const territoriesSchema = z.pipe(
  z.union(
    [listSchema, z.object({ allowed: z.optional(listSchema), denied: z.optional(listSchema) })],
    OBJECT_FORM,
  ),
  z.transform((value, context): Territories => {
    const refuse = (message: string): Territories => {
      context.issues.push({ code: "custom", message, input: value });
      return {};
    };
    const { allowed = [], denied = [] } = Array.isArray(value) ? fromList(value) : value;
    if (allowed.length > 0 && denied.length > 0) return refuse(LIST_FORM);
    const texts = allowed.length > 0 ? allowed : denied;
    if (texts.length === 0) return refuse(OBJECT_FORM);
    const unknown = texts.find((text) => readTerritory(text.trim()) === undefined);
    if (unknown !== undefined) return refuse(notATerritory(unknown));
    const codes = [...new Set(texts.map((text) => text.trim().toUpperCase()))].toSorted();
    return allowed.length > 0 ? { allowed: codes } : { denied: codes };
  }),
);

function fromList(list: readonly string[]): { allowed: string[]; denied: string[] } {
  const texts = list.map((text) => text.trim());
  return {
    allowed: texts.filter((text) => !text.startsWith("!")),
    denied: texts.filter((text) => text.startsWith("!")).map((text) => text.slice(1)),
  };
}
