/**
 * The innermost loops of the recommender, in AssemblyScript: WebAssembly with SIMD, four or two numbers to an
 * instruction. `node tools/scripts/build-kernels.ts` compiles them into model/src/kernels/kernels-wasm.ts,
 * where model/src/kernels/kernels.ts says how they are called. All addresses are in bytes.
 */
export { multiply } from "./multiply";
export { addPackedRows, addRowsU16, addRowsU32, clearScores, rowsFrom, toWorth } from "./rank-titles";
export { solveRidge } from "./solve-ridge";
export { subtractProductsF32, subtractProductsF64 } from "./subtract-products";
