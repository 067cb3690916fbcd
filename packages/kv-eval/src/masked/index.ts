export { MULTIDOC_ARMS, type MultidocArm } from "./arm-layout.ts";
export { maskedAnswerer, type MaskedAnswererOptions, openMaskedAnswerer, type OpenMaskedAnswerer } from "./masked-answerer.ts";
export { runMultidocArms } from "./run-multidoc-arms.ts";
