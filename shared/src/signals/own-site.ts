/**
 * Which hosts are pages of the platform's own site: the edge's host, all hosts of its registrable domain, and
 * what the operator names.
 */

/** Where anybody may register a name under a country's `co.uk`, `com.au`, `or.jp`. */
const SECOND_LEVEL =
  /^(?:com?|org|net|edu|gov|gob|gouv|gv|go|ac|or|ne|re|pe|ad|ed|gr|lg|ltd|plc|nhs|sch|police|mil|nom|info|biz|web|asso|priv|k12|id|firm|gen|ind)\.[a-z]{2}$/;

/**
 * Domains under which each name belongs to somebody else, as in the private part of the public suffix list
 * (publicsuffix.org). The whole list would be as large as half the worker.
 */
const SHARED_DOMAINS: ReadonlySet<string> = new Set(
  `pages.dev workers.dev trycloudflare.com vercel.app now.sh netlify.app github.io gitlab.io githubpreview.dev
  web.app firebaseapp.com run.app appspot.com withgoogle.com cloudfunctions.net herokuapp.com fly.dev onrender.com
  railway.app deno.dev deno.net surge.sh glitch.me repl.co replit.app replit.dev csb.app stackblitz.io webflow.io
  webcontainer.io cloudfront.net amazonaws.com awsapprunner.com amplifyapp.com elasticbeanstalk.com azurewebsites.net
  azurestaticapps.net azurefd.net azureedge.net cloudapp.net windows.net ondigitalocean.app edgecompute.app
  fastly.net fastlylb.net akamaized.net edgekey.net edgesuite.net b-cdn.net kinsta.app hf.space ngrok.io ngrok.app
  ngrok.dev ngrok-free.app ngrok-free.dev loca.lt duckdns.org ddns.net eu.org uk.com us.com de.com br.com co.com
  gb.net jp.net blogspot.com wordpress.com myshopify.com wixsite.com translate.goog ts.net local internal`.split(
    /\s+/,
  ),
);

const NAME = /^[^.:]+(?:\.[^.:]+)*\.[a-z][^.:]*$/;

/**
 * Hosts are comparable ones (see referrer.ts). `own` is the host that was asked; `more` are other hosts of
 * the site. Those stand for their subdomains, but not where they have a port.
 */
export function isOwnHost(host: string, own: string, more: readonly string[] = []): boolean {
  return host === own || isWithin(host, siteOf(own)) || more.some((one) => isWithin(host, one));
}

/** True for the domain and its subdomains. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(domain) && host.at(-domain.length - 1) === ".");
}

/** An edge has one host, or a few. */
let last = { host: "", site: "" };

function siteOf(host: string): string {
  if (last.host !== host) last = { host, site: registrableDomain(host) };
  return last.site;
}

/** The shortest part of a host that belongs to one owner; an address or a host with a port is its own. */
export function registrableDomain(host: string): string {
  if (!NAME.test(host)) return host;
  const labels = host.split(".");
  const lastTwo = labels.slice(-2).join(".");
  const isShared = SECOND_LEVEL.test(lastTwo) || SHARED_DOMAINS.has(lastTwo);
  return labels.slice(isShared ? -3 : -2).join(".");
}
