export { articleFor, capitalize, isTaken, keysOf, withArticle, type SlotValue } from "./value.ts";
export { drawSlot, isEntityType, isSlotType, partsOf, slotTypes, type DrawValue } from "./slot-types.ts";
