/** Formats variables as a file for wrangler's option `--env-file`. */

/**
 * Writes one line per variable. Wrangler parses the file with dotenv, which knows three kinds of quotes and
 * no escaped quotes. Then dotenv-expand replaces `$NAME` within any quotes unless the dollar is escaped.
 * @throws {Error} when a value contains all three kinds of quotes.
 */
export function formatVariables(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      // Single quotes come first, because dotenv turns `\n` within double quotes into a line break.
      const quote = ["'", "`", '"'].find((mark) => !value.includes(mark));
      if (quote === undefined)
        throw new Error(
          `${name} holds all three quotes, ' " and \`, which a file of variables cannot express`,
        );
      return `${name}=${quote}${value.replaceAll("$", "\\$")}${quote}\n`;
    })
    .join("");
}
