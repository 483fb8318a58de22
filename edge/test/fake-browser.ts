/**
 * As much of a browser as the event client needs: a storage that tabs share, a network with a mood, elements,
 * a viewport.
 */
import { vi } from "vitest";

export type SentEvent = {
  readonly id: string;
  readonly type: string;
  readonly item: string;
  readonly progress?: number;
};
export type SentRequest = { readonly url: string; readonly events: readonly SentEvent[] };
export type FakeAnswer = { readonly status: number; readonly retryAfter?: string } | "no network";
export type FakeElement = ReturnType<typeof fakeElement>;

/** `item` undefined: in no card. A video is in none, either. */
export function fakeElement(item: string | undefined, place: Record<string, string> = {}, tag = "a") {
  const dataset = { ...(item !== undefined && { spillwayItem: item }), ...place };
  const element = {
    dataset,
    isConnected: true,
    currentTime: 0,
    duration: 100,
    closest: () => (item === undefined || tag === "video" ? null : element),
  };
  return element;
}

/** Puts itself in place of the globals until `vi.unstubAllGlobals()`. Time is vitest's fake one. */
export function fakeBrowser() {
  const listeners = new Map<string, ((event: unknown) => void)[]>();
  const observers: ((entries: unknown[]) => void)[] = [];
  const browser = {
    storage: {} as Record<string, string>,
    answer: { status: 202 } as FakeAnswer,
    posts: [] as SentRequest[],
    beacons: [] as SentRequest[],
    takesBeacons: true,
    /** How long an answer takes. */
    answerAfterMs: 0,
    /** Posts that wait for their answer, and how many there were at most. */
    inFlight: 0,
    mostInFlight: 0,
    locks: fakeLocks() as ReturnType<typeof fakeLocks> | undefined,
    document: { hidden: false, querySelectorAll: () => [] },
    /** Lets the window hear of something, as `click` on an element. */
    dispatch(type: string, target?: FakeElement): void {
      for (const listener of listeners.get(type) ?? []) listener({ type, target });
    },
    setHidden(hidden: boolean): void {
      browser.document.hidden = hidden;
      browser.dispatch("visibilitychange");
    },
    /** Scrolls so that `share` of the element is in view. */
    reveal(target: FakeElement, share = 1): void {
      for (const observer of observers) observer([{ target, intersectionRatio: share }]);
    },
  };
  const globals = {
    localStorage: browser.storage,
    document: browser.document,
    navigator: {
      get locks() {
        return browser.locks;
      },
      sendBeacon(url: string, body: string): boolean {
        if (browser.takesBeacons) browser.beacons.push(read(url, body));
        return browser.takesBeacons;
      },
    },
    async fetch(url: string, { body }: { body: string }) {
      browser.posts.push(read(url, body));
      const { answer, answerAfterMs } = browser;
      browser.inFlight += 1;
      browser.mostInFlight = Math.max(browser.mostInFlight, browser.inFlight);
      if (answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, answerAfterMs));
      browser.inFlight -= 1;
      if (answer === "no network") throw new TypeError("Failed to fetch");
      return { status: answer.status, headers: { get: () => answer.retryAfter ?? null } };
    },
    addEventListener(type: string, listener: (event: unknown) => void) {
      listeners.set(type, [...(listeners.get(type) ?? []), listener]);
    },
    IntersectionObserver: class {
      constructor(callback: (entries: unknown[]) => void) {
        observers.push(callback);
      }
      observe(): void {}
      disconnect(): void {}
    },
    MutationObserver: class {
      observe(): void {}
    },
  };
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  return browser;
}

/** Web Locks of one origin, which all its tabs share: one holder of a name at a time. */
function fakeLocks() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request<Result>(_name: string, work: () => Promise<Result>): Promise<Result> {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function read(url: string, body: string): SentRequest {
  return { url, events: (JSON.parse(body) as { events: SentEvent[] }).events };
}
