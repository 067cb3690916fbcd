import { list } from "./list.ts";

/** Places that stand after a preposition and "the". */
export const placeNouns: readonly string[] = list(`
cellar, attic, kitchen, hall, hallway, corridor, garage, workshop, shed, barn, stable, loft, pantry, laundry room, bathroom, nursery, study, library, reading room, cloakroom, foyer, lobby, canteen, staff room, meeting room, waiting room, storeroom, archive, vault, boiler room
garden, courtyard, orchard, greenhouse, meadow, car park, playground, market square, churchyard, cemetery, park, harbour, marina, boathouse, jetty, pier, beach, quarry, forest, wood, valley, field, vineyard, village hall, town hall, museum, theatre, station, bus depot, airport
hospital, clinic, pharmacy, school, gym, swimming pool, stadium, clubhouse, pavilion, tent, marquee, caravan, ferry, engine room, galley, cabin, lighthouse, windmill, watermill, tower, bell tower, crypt, chapel, gallery, studio, laboratory, server room, office, reception area, post room
`);

/** Things beside which others stand. */
export const landmarks: readonly string[] = list(`
old oak, well, fountain, bus stop, bakery, post office, church, mill, bridge, gate, north gate, south entrance, back door, front door, staircase, fireplace, stove, sink, fridge, window, bookcase, piano, wardrobe, desk, bench, statue, pond, hedge, stone wall, bicycle rack
water tank, fuse box, boiler, letterbox, noticeboard, ticket office, lift, fire exit, flagpole, war memorial, kiosk, sports hall, sandpit, compost heap, beehives, woodpile, rain barrel, greenhouse, dog kennel, garden shed, railway line, canal, ferry landing, lighthouse, chapel, barn, quarry, weir, tennis courts, scout hut
`);

export const nearPrepositions: readonly string[] = list(
  `behind, beside, next to, in front of, near, opposite, under, above, to the left of, to the right of, just past, close to, on top of, at the foot of`,
);

/** Why something was done; `{}` of a pattern's names are slot types. */
export const reasons: readonly string[] = `it was leaking
it had started to rust
it no longer worked
it was too noisy
it smelled of smoke
it did not fit through the door
the old one had cracked
the {thing} was blocking the way
the {thing} had been stolen
the insurance company insisted on it
the law requires it
the neighbours had complained
there was not enough room
nobody else had time
the {job} was ill
the {job} had asked for it
the children were afraid of it
a visitor had tripped over it
a storm was forecast
the roof was letting in water
the {animal} had damaged it
the {material} was rotten
it was cheaper than expected
the budget had been cut
the deadline was only a week away
the inspector was coming
the {placenoun} was flooded
the power had failed
the lease was running out
{person} needed the space
{person} had promised to
{person} was retiring
{person} was allergic to the {material}
the {thing} was worth more than they had thought
it reminded them of {city}
the customer had changed her mind
a buyer from {city} was interested
it had been promised for the {event}
the colour had faded
the handle had come off
the wrong size had been delivered
mice had got into the {placenoun}
the key had been lost
it was in the way of the {vehicle}
the {event} was about to begin
the fee had gone up by {percent}
the old contract had expired
a part from {country} was missing
the photographs had turned out badly
it was the last one left
the doctor had advised it
the water had turned brown
the floor was uneven
the paint was still wet
the {tool} had slipped
it was needed in {city}
there had been two accidents
the battery was flat
the bill had not been paid
somebody had forgotten to lock the {placenoun}`.split("\n");

export const purposes: readonly string[] = `to save money
to make room for the {thing}
to raise money for the {placenoun}
to keep out the {animals}
to surprise {person}
to protect it from the rain
to comply with the new rules
to impress the jury
to stop the noise
to please the visitors from {city}
to win a bet
to show the children how it works
to replace the one that was stolen
to celebrate the {event}
to save electricity
to prevent accidents
to test a new method
to collect data about {animals}
to pay for a trip to {city}
to help the {job}
to prove that it was genuine
to have more light
to make the {placenoun} safer
to get it ready for the {event}
to settle an old argument
to fill the gap in the collection
to cover the broken {thing}
to reach the {placenoun} more easily
to calm the {animals}
to thank the {job}`.split("\n");

export const manners: readonly string[] = list(`
carefully, quickly, slowly, secretly, in a hurry, by hand, without help, with great care, reluctantly, proudly, by mistake, on purpose, at the last minute, in bad weather, in the dark, free of charge, at half price, with the help of two students, without asking anybody, in three stages, as a joke, under supervision, in their own time, against advice, in complete silence
`);

export const opinions: readonly string[] = list(`
too expensive, a waste of money, a great success, long overdue, much too loud, rather boring, surprisingly good, worth every penny, dangerous, a bargain, too small, badly designed, beautiful, hard to use, exactly right, out of date, a good idea, unnecessary, better than the old one, too heavy, unfair, a missed chance, confusing, a mistake, impressive, hopeless, charming, quite ordinary
`);

/** Indefinite kinds of things and their use, for definitions of unknown words. */
export const kinds: readonly string[] = list(`
tool, dance, fish, bird, cheese, board game, folk song, knot, plant, mushroom, fabric, spice, soup, boat, musical instrument, unit of weight, flat bread, card game, wind, hat, berry, dog, tree, festival, stone, dye, basket, insect, glaze, sledge
`);
