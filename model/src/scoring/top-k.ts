/** The positions of the k largest positive values, largest first; ties go to the smaller position. Pure. */
export function topK(values: Float32Array, k: number): Uint32Array {
  // A heap holds the k best so far, the worst of them on top. The worst case takes values.length · log k, but
  // most values lose against the top at once.
  const heap = new Uint32Array(Math.max(0, k));
  let size = 0;
  const worse = (a: number, b: number): boolean =>
    values[a]! < values[b]! || (a > b && !(values[a]! > values[b]!));
  for (let at = 0; at < values.length; at += 1) {
    if (!(values[at]! > 0)) continue;
    if (size < k) {
      let child = size++;
      heap[child] = at;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!worse(heap[child]!, heap[parent]!)) break;
        [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
        child = parent;
      }
    } else if (k > 0 && worse(heap[0]!, at)) {
      heap[0] = at;
      let parent = 0;
      for (;;) {
        let least = 2 * parent + 1;
        if (least >= size) break;
        if (least + 1 < size && worse(heap[least + 1]!, heap[least]!)) least += 1;
        if (!worse(heap[least]!, heap[parent]!)) break;
        [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
        parent = least;
      }
    }
  }
  return heap.slice(0, size).toSorted((a, b) => (worse(a, b) ? 1 : -1));
}
