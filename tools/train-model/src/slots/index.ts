export { capitalize, withArticle, articleFor, type SlotValue } from "./value.ts";
export { drawSlot, isSlotType, slotTypes, type DrawValue } from "./slot-types.ts";
