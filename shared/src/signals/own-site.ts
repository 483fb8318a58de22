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

const PORT = /:\d+$/;
const NAME = /^[^.:]+(?:\.[^.:]+)*\.[a-z][^.:]*$/;

/**
 * Hosts are comparable ones (see referrer.ts). `own` is the host that was asked; `more` are other hosts of
 * the site. Those stand for their subdomains, but not where they have a port.
 */
export function isOwnHost(host: string, own: string, more: readonly string[] = []): boolean {
  return host === own || isOfSite(host, siteOf(own)) || more.some((one) => isWithin(host, one));
}

/** On a machine of one's own, hosts share the edge's port; a page on another port is somebody else's. */
function isOfSite(host: string, { domain, port }: Site): boolean {
  return isWithin(host, domain) || (port !== "" && isWithin(host, domain + port));
}

/** True for the domain and its subdomains. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(domain) && host.at(-domain.length - 1) === ".");
}

type Site = {
  readonly domain: string;
  /** With its colon, or empty. */
  readonly port: string;
};

/** An edge has one host, or a few. */
let last: Site & { readonly host: string } = { host: "", domain: "", port: "" };

function siteOf(host: string): Site {
  if (last.host !== host) {
    const port = PORT.exec(host)?.[0] ?? "";
    last = { host, domain: registrableDomain(host.slice(0, host.length - port.length)), port };
  }
  return last;
}

/** The shortest part of a host without a port that belongs to one owner; an address is its own. */
export function registrableDomain(host: string): string {
  if (!NAME.test(host)) return host;
  const labels = host.split(".");
  const lastTwo = labels.slice(-2).join(".");
  const isShared = SECOND_LEVEL.test(lastTwo) || SHARED_DOMAINS.has(lastTwo);
  return labels.slice(isShared ? -3 : -2).join(".");
}
