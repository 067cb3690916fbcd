import { en } from "@faker-js/faker";
import type { Random } from "@kvasir/kv-eval";
import { inventedName } from "./invented.ts";
import { drawLastName } from "./names.ts";
import { list } from "./words/list.ts";
import * as words from "./words/places.ts";
import type { SlotValue } from "./value.ts";

const cities = [
  ...(en.location?.city_name ?? []),
  ...list(`
    London, Leeds, York, Bath, Bristol, Norwich, Exeter, Cardiff, Dublin, Cork, Galway, Edinburgh, Glasgow, Aberdeen, Paris, Lyon, Lille, Nantes, Bordeaux, Toulouse, Brussels, Ghent, Antwerp, Utrecht, Rotterdam, Groningen
    Hamburg, Bremen, Leipzig, Dresden, Munich, Cologne, Freiburg, Vienna, Graz, Linz, Salzburg, Zurich, Basel, Berne, Geneva, Milan, Turin, Genoa, Bologna, Naples, Palermo, Madrid, Seville, Valencia, Bilbao, Lisbon, Porto
    Copenhagen, Aarhus, Oslo, Bergen, Trondheim, Stockholm, Gothenburg, Malmö, Helsinki, Turku, Tallinn, Riga, Vilnius, Warsaw, Kraków, Gdańsk, Prague, Brno, Bratislava, Budapest, Ljubljana, Zagreb, Split, Belgrade, Bucharest, Sofia, Athens
    Istanbul, Ankara, Cairo, Tunis, Casablanca, Lagos, Accra, Nairobi, Kampala, Cape Town, Durban, Mumbai, Pune, Chennai, Kolkata, Dhaka, Bangkok, Hanoi, Jakarta, Manila, Seoul, Busan, Osaka, Kyoto, Sapporo, Taipei, Shanghai, Perth, Hobart, Auckland
    Lima, Quito, Bogotá, Santiago, Montevideo, São Paulo, Recife, Havana, Montreal, Quebec, Toronto, Halifax, Vancouver
  `),
].filter((city) => city.length <= 18);
const countries = (en.location?.country ?? []).filter((country) => /^[A-Z][a-z]+( [A-Z][a-z]+)?$/.test(country));
const streets = (en.location?.street_name ?? []).filter((street) => /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(street));

const place = (random: Random): string => random.pick(words.placePrefixes) + random.pick(words.placeSuffixes);

export const drawCity = (random: Random): SlotValue => ({
  text: random.chance(0.75) ? random.pick(cities) : random.chance(0.6) ? place(random) : inventedName(random),
});
export const drawCountry = (random: Random): SlotValue => ({ text: random.pick(countries) });

export function drawVillage(random: Random): SlotValue {
  const name = random.chance(0.75) ? place(random) : inventedName(random);
  if (random.chance(0.2))
    return { text: `${random.pick(["Little", "Great", "Upper", "Lower", "Old", "New", "Nether", "Market"])} ${name}` };
  return { text: random.chance(0.1) ? `${name}-on-${random.pick(["Sea", "Wye", "Tarn", "Lake", "Marne", "Ouse"])}` : name };
}

export function drawStreet(random: Random): SlotValue {
  if (random.chance(0.25)) return { text: random.pick(streets) };
  const word = random.chance(0.6) ? random.pick(words.streetWords) : random.chance(0.6) ? place(random) : drawLastName(random).text;
  return { text: `${word} ${random.pick(words.streetKinds)}` };
}

export function drawAddress(random: Random): SlotValue {
  const number = `${random.integer(1, random.chance(0.8) ? 99 : 399)}${random.chance(0.1) ? random.pick(["a", "b", "c"]) : ""}`;
  const street = `${number} ${drawStreet(random).text}`;
  return { text: random.chance(0.3) ? `${street}, ${drawCity(random).text}` : street };
}

/** Names a building: "Alder House", "Calder Hall". */
export const drawBuilding = (random: Random): SlotValue => ({
  text: `${random.chance(0.5) ? random.pick(words.streetWords) : random.chance(0.5) ? place(random) : drawLastName(random).text} ${random.pick(words.buildingNames)}`,
});

const natureName = (random: Random): string =>
  random.chance(0.5) ? place(random) : random.chance(0.6) ? inventedName(random) : random.pick(words.placePrefixes);

export const drawRiver = (random: Random): SlotValue => ({
  text: random.chance(0.5) ? `River ${natureName(random)}` : `${natureName(random)} ${random.pick(["River", "Brook", "Beck", "Water"])}`,
});
export const drawMountain = (random: Random): SlotValue => ({
  text: random.chance(0.5)
    ? `Mount ${natureName(random)}`
    : `${natureName(random)} ${random.pick(["Peak", "Fell", "Horn", "Ridge", "Pike", "Top"])}`,
});
export const drawIsland = (random: Random): SlotValue => ({
  text: random.chance(0.3)
    ? `Isle of ${natureName(random)}`
    : `${natureName(random)} ${random.pick(["Island", "Island", "Holm", "Skerry", "Key"])}`,
});
