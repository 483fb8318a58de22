/** The kernel of products.ts with a memory of its own: a sparse matrix times sixteen vectors at once. */
import { kernelMemory, kernelsOn, type KernelMemory, type Kernels } from "../kernels/kernels.ts";

/**
 * So many vectors are multiplied together: four registers of four numbers. Side by side they are one line of
 * the cache.
 */
export const LANES = 16;

export type Kernel = { readonly memory: KernelMemory; readonly multiply: Kernels["multiply"] };

export function createKernel(bytes: number): Kernel {
  const memory = kernelMemory(bytes);
  return { memory, multiply: kernelsOn(memory).multiply };
}
