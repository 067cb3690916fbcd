export { articleFor, capitalize, isTaken, keysOf, withArticle, type SlotValue } from "./value.ts";
export { drawSlot, isEntityType, isSlotType, partsOf, slotTypes } from "./slot-types.ts";
