/** The cookies of many browsers at one host: what each was given last, without attributes or expiry. */

export type CookieJar = {
  /** As the header `Cookie` carries them; undefined where there are none. */
  readonly cookiesOf: (browser: string) => string | undefined;
  /** `given`: the values of `Set-Cookie`. */
  readonly keep: (browser: string, given: readonly string[]) => void;
};

export function createCookieJar(): CookieJar {
  const jars = new Map<string, Map<string, string>>();
  return {
    cookiesOf: (browser) => {
      const cookies = [...(jars.get(browser) ?? [])];
      return cookies.length === 0 ? undefined : cookies.map(([name, value]) => `${name}=${value}`).join("; ");
    },
    keep: (browser, given) => {
      if (given.length === 0) return;
      const jar = jars.get(browser) ?? new Map<string, string>();
      jars.set(browser, jar);
      for (const text of given) {
        const [pair = ""] = text.split(";");
        const at = pair.indexOf("=");
        if (at < 1) continue;
        if (/;\s*max-age=0\b/i.test(text)) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
    },
  };
}
