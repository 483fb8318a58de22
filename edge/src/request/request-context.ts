/** What every step of a request is given: the time of its arrival, and a way to go on behind its response. */

export type RequestContext = {
  /** When the request arrived. It is read once and passed on, since clocks stand still between I/O. */
  readonly nowMs: number;
  /** Keeps `work` alive after the response has been sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};
