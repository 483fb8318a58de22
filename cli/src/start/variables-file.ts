/** Variables as a file that wrangler reads with `--env-file`. */

/**
 * One line each. Wrangler parses it with dotenv, which knows three kinds of quotes and takes no escaped ones, and replaces
 * `$NAME` in any of them, but for an escaped dollar (dotenv-expand).
 * @throws {Error} for a value that holds all three.
 */
export function formatVariables(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      // Single ones first: in double ones `\n` would become a line break.
      const quote = ["'", "`", '"'].find((mark) => !value.includes(mark));
      if (quote === undefined) throw new Error(`${name} holds all of ' " and \`: no file of variables can`);
      return `${name}=${quote}${value.replaceAll("$", "\\$")}${quote}\n`;
    })
    .join("");
}
