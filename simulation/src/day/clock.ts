/** Formats seconds of the day as a clock shows them, such as 21:05. */
export function clock(atS: number): string {
  const minutes = Math.floor(atS / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
