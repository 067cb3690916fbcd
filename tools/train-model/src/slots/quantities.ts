import type { Random } from "@kvasir/kv-eval";
import { numberWord } from "./number-words.ts";
import type { SlotValue } from "./value.ts";

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

export function drawCount(random: Random): SlotValue {
  const n = random.integer(2, 20);
  return { text: random.chance(0.5) ? numberWord(n) : String(n), plural: true };
}

export function drawNumber(random: Random): SlotValue {
  const n = random.chance(0.5) ? random.integer(21, 99) : random.integer(100, 999);
  return { text: n < 100 && random.chance(0.3) ? numberWord(n) : String(n), plural: true };
}

export function drawBigNumber(random: Random): SlotValue {
  const n = random.integer(1, 9999) * random.pick([1, 10, 100, 1000]) + 1000;
  const kind = random.integer(0, 5);
  if (kind === 0) return { text: `${numberWord(random.integer(2, 90))} thousand`, plural: true };
  if (kind === 1) return { text: `${(random.integer(11, 990) / 10).toFixed(1)} million`, plural: true };
  if (kind === 2) return { text: String(n), plural: true };
  return { text: grouped(n), plural: true };
}

export function drawMoney(random: Random): SlotValue {
  const size = random.pick([20, 100, 500, 3000, 40000]);
  const whole = random.integer(1, size);
  const cents = random.chance(0.5) ? random.pick([50, 90, 95, 99, 20, 75]) : random.integer(1, 99);
  const exact = `${grouped(whole)}.${String(cents).padStart(2, "0")}`;
  const kind = random.integer(0, 11);
  const sign = random.pick(["£", "£", "€", "€", "$", "$"]);
  if (kind <= 3) return { text: `${sign}${grouped(whole)}` };
  if (kind <= 6) return { text: `${sign}${exact}` };
  if (kind === 7)
    return {
      text: `${grouped(whole)} ${random.pick(["euros", "pounds", "dollars", "francs", "crowns"])}`.replace(/^1 (\w+)s$/, "1 $1"),
      plural: true,
    };
  if (kind === 8)
    return { text: `${numberWord(random.integer(2, 900))} ${random.pick(["euros", "pounds", "dollars", "francs"])}`, plural: true };
  if (kind === 9)
    return { text: `${random.pick(["EUR", "CHF", "USD", "GBP", "NOK", "SEK"])} ${random.chance(0.5) ? exact : grouped(whole)}` };
  if (kind === 10) return { text: `${exact} ${random.pick(["€", "euros", "CHF", "kr"])}` };
  return { text: `${random.integer(2, 90)} ${random.pick(["pounds", "euros", "dollars"])} ${random.pick([20, 30, 40, 50, 60, 75, 80])}` };
}

export function drawPercent(random: Random): SlotValue {
  const n = random.integer(1, 99);
  const kind = random.integer(0, 5);
  if (kind <= 1) return { text: `${n}%` };
  if (kind === 2) return { text: `${n} %` };
  if (kind === 3) return { text: `${n}.${random.integer(1, 9)}%` };
  return { text: `${random.chance(0.3) ? numberWord(n) : n} per cent` };
}

interface Unit {
  readonly names: readonly string[];
  readonly most: number;
  readonly least?: number;
}

const lengthUnits: readonly Unit[] = [
  { names: ["metres", "m", "feet", "m"], most: 90 },
  { names: ["centimetres", "cm", "cm", "inches"], most: 250 },
  { names: ["millimetres", "mm"], most: 900 },
];
const distanceUnits: readonly Unit[] = [
  { names: ["kilometres", "km", "km", "miles"], most: 240 },
  { names: ["metres", "m", "yards"], most: 900, least: 50 },
];
const weightUnits: readonly Unit[] = [
  { names: ["kilograms", "kg", "kg", "kilos"], most: 140 },
  { names: ["grams", "g"], most: 950, least: 20 },
  { names: ["tonnes", "pounds", "tons"], most: 80 },
];
const areaUnits: readonly Unit[] = [
  { names: ["square metres", "m²", "square feet"], most: 900 },
  { names: ["hectares", "acres", "square kilometres"], most: 300 },
];
const volumeUnits: readonly Unit[] = [
  { names: ["litres", "l"], most: 300 },
  { names: ["millilitres", "ml"], most: 900, least: 50 },
  { names: ["cubic metres", "m³", "gallons"], most: 90 },
];
const speedUnits: readonly Unit[] = [
  { names: ["km/h", "km/h", "mph", "kilometres per hour", "miles an hour"], most: 240, least: 20 },
  { names: ["knots", "metres per second", "m/s"], most: 40 },
];

function measure(units: readonly Unit[]): (random: Random) => SlotValue {
  return (random) => {
    const unit = random.pick(units);
    const n = random.integer(unit.least ?? 2, unit.most);
    const name = random.pick(unit.names);
    if (random.chance(0.3) && n < 100) return { text: `${n}.${random.integer(1, 9)} ${name}` };
    if (random.chance(0.15) && n < 100 && name.length > 4) return { text: `${numberWord(n)} ${name}` };
    return { text: `${grouped(n)} ${name}` };
  };
}

export const drawLength: (random: Random) => SlotValue = measure(lengthUnits);
export const drawDistance: (random: Random) => SlotValue = measure(distanceUnits);
export const drawWeight: (random: Random) => SlotValue = measure(weightUnits);
export const drawArea: (random: Random) => SlotValue = measure(areaUnits);
export const drawVolume: (random: Random) => SlotValue = measure(volumeUnits);
export const drawSpeed: (random: Random) => SlotValue = measure(speedUnits);

export function drawTemperature(random: Random): SlotValue {
  const n = random.integer(-25, random.chance(0.7) ? 40 : 260);
  const size = Math.abs(n) || 3;
  const kind = random.integer(0, 4);
  if (kind === 0) return { text: `${n < 0 ? "minus " : ""}${size} degrees` };
  if (kind === 1) return { text: `${n < 0 ? "minus " : ""}${numberWord(size)} degrees` };
  return { text: `${n < 0 ? "-" : ""}${size}${random.pick([" °C", "°C", "°", " °F"])}` };
}

/** What one pays at a door or a counter. */
export function drawFee(random: Random): SlotValue {
  const whole = random.integer(1, 60);
  const kind = random.integer(0, 6);
  const sign = random.pick(["£", "€", "$"]);
  if (kind <= 1) return { text: `${sign}${whole}` };
  if (kind <= 3) return { text: `${sign}${whole}.${random.pick(["50", "90", "20", "80", "95", "40"])}` };
  if (kind === 4)
    return { text: `${random.chance(0.5) ? numberWord(whole + 1) : whole + 1} ${random.pick(["euros", "pounds", "dollars", "francs"])}` };
  if (kind === 5) return { text: `${random.pick(["EUR", "CHF", "GBP"])} ${whole}` };
  return { text: `${whole}.${random.pick(["50", "90", "20"])} ${random.pick(["€", "euros", "CHF"])}` };
}

/** A distance that one walks. */
export function drawWalk(random: Random): SlotValue {
  const n = random.integer(2, 95) * 10;
  const kind = random.integer(0, 4);
  if (kind === 0) return { text: `${n} m` };
  if (kind === 1) return { text: `${random.integer(1, 9)}.${random.integer(1, 9)} km` };
  if (kind === 2) return { text: `${random.integer(2, 14)} ${random.pick(["kilometres", "miles", "km"])}` };
  return { text: `${n} ${random.pick(["metres", "metres", "yards", "paces"])}` };
}

/** Heat of an oven or a furnace. */
export function drawHeat(random: Random): SlotValue {
  const n = random.integer(22, 50) * 5;
  return { text: random.pick([`${n} °C`, `${n}°C`, `${n} degrees`, `${n}°`, `gas mark ${random.integer(1, 9)}`, `${n * 2} °F`]) };
}
