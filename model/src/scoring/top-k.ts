/** The positions of the k largest positive values, largest first; ties go to the smaller position. Pure. */
export function topK(values: Float32Array, k: number): Uint32Array {
  // A heap holds the k best so far, the worst of them on top. The worst case takes values.length · log k, but
  // most values lose against the top at once.
  const heap = new Uint32Array(Math.max(0, k));
  let size = 0;
  // What is no better than the worst of a full heap stays out.
  let least = 0;
  const worse = (a: number, b: number): boolean =>
    values[a]! < values[b]! || (a > b && !(values[a]! > values[b]!));
  for (let at = 0; at < values.length; at += 1) {
    if (!(values[at]! > least)) continue;
    if (size < k) {
      let child = size++;
      heap[child] = at;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!worse(heap[child]!, heap[parent]!)) break;
        [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
        child = parent;
      }
    } else if (k > 0) {
      heap[0] = at;
      let parent = 0;
      for (;;) {
        let worst = 2 * parent + 1;
        if (worst >= size) break;
        if (worst + 1 < size && worse(heap[worst + 1]!, heap[worst]!)) worst += 1;
        if (!worse(heap[worst]!, heap[parent]!)) break;
        [heap[parent], heap[worst]] = [heap[worst]!, heap[parent]!];
        parent = worst;
      }
    }
    if (size === k && k > 0) least = values[heap[0]!]!;
  }
  return heap.slice(0, size).toSorted((a, b) => (worse(a, b) ? 1 : -1));
}
