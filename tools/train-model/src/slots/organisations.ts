import type { Random } from "@kvasir/kv-eval";
import { fillPattern, inventedName } from "./invented.ts";
import { drawFirstName, drawLastName } from "./names.ts";
import { drawCity, drawVillage } from "./places.ts";
import * as words from "./words/places.ts";
import type { SlotValue } from "./value.ts";

const brand = (random: Random): string => (random.chance(0.5) ? inventedName(random) : drawLastName(random).text);

export function drawCompany(random: Random): SlotValue {
  const kind = random.integer(0, 5);
  if (kind === 0) return { text: `${brand(random)} ${random.pick(words.companyForms)}` };
  if (kind === 1) return { text: `${drawLastName(random).text} and ${drawLastName(random).text}` };
  if (kind === 2) return { text: inventedName(random) };
  if (kind === 3) return { text: `${brand(random)} ${random.pick(words.companyWords)} ${random.pick(words.companyForms)}` };
  return { text: `${brand(random)} ${random.pick(words.companyWords)}` };
}

export function drawShop(random: Random): SlotValue {
  const owner = random.chance(0.5) ? drawFirstName(random).text : drawLastName(random).text;
  return { text: `${random.chance(0.6) ? `${owner}'s` : brand(random)} ${random.pick(words.shopKinds)}` };
}

const townName = (random: Random): string =>
  random.chance(0.5) ? drawVillage(random).text : random.chance(0.6) ? drawCity(random).text : drawLastName(random).text;

export const drawSchool = (random: Random): SlotValue => ({ text: `${townName(random)} ${random.pick(words.schoolKinds)}` });
export const drawMuseum = (random: Random): SlotValue => ({ text: `${townName(random)} ${random.pick(words.museumKinds)}` });
export const drawNewspaper = (random: Random): SlotValue => ({ text: `${townName(random)} ${random.pick(words.newspaperKinds)}` });
export const drawClub = (random: Random): SlotValue => ({ text: `${townName(random)} ${random.pick(words.clubKinds)}` });

export const drawHotel = (random: Random): SlotValue => ({
  text: random.chance(0.5)
    ? `Hotel ${random.pick([random.pick(words.hotelWords), inventedName(random)])}`
    : `${random.chance(0.6) ? random.pick(words.hotelWords) : townName(random)} Hotel`,
});

export function drawRestaurant(random: Random): SlotValue {
  const kind = random.integer(0, 3);
  if (kind === 0)
    return { text: `${drawFirstName(random).text}'s ${random.pick(["Kitchen", "Table", "Diner", "Café", "Grill", "Bistro"])}` };
  if (kind === 1) return { text: `Café ${random.pick([inventedName(random), drawFirstName(random).text])}` };
  return { text: `${random.chance(0.4) ? "Old " : ""}${random.pick(words.innWords)}` };
}

/** "SS Tern" is also called "Tern". */
export function drawShip(random: Random): SlotValue {
  const name = random.chance(0.6) ? random.pick(words.shipWords) : random.chance(0.5) ? drawFirstName(random).text : inventedName(random);
  const mark = `ship ${name}`;
  return { text: random.chance(0.3) ? `${random.pick(["MS", "MV", "SS"])} ${name}` : name, marks: { sets: mark, avoids: mark } };
}

export const drawTrain = (random: Random): SlotValue => ({
  text: random.chance(0.4)
    ? fillPattern(random, random.pick(["IC 900", "RE 90", "S9", "ICE 900", "R90", "EC 90", "TGV 9000", "RB 90"]))
    : `${drawCity(random).text} ${random.pick(words.trainWords)}`,
});

export function drawProduct(random: Random): SlotValue {
  const name = inventedName(random);
  const kind = random.integer(0, 5);
  if (kind === 0) return { text: `${name} ${random.integer(2, 90) * 10}` };
  if (kind === 1) return { text: `${name} ${fillPattern(random, random.pick(["A9", "AA-90", "A90", "9A", "900A", "A-900"]))}` };
  if (kind === 2)
    return { text: `${name} ${random.pick(["Pro", "Plus", "Mini", "Max", "Light", "Duo", "Classic", "Eco", "Go", "Home", "One", "Air"])}` };
  if (kind === 3) return { text: `${name} ${random.pick(["Pro", "Plus", "Mini", "Eco", "Home"])} ${random.integer(2, 12)}` };
  if (kind === 4) return { text: `${name} ${random.pick(["II", "III", "IV", "V", "X"])}` };
  return { text: `${name} ${random.integer(1, 9)}` };
}
