import { list } from "./list.ts";

/** Nouns of titles: books, films, talks, exhibitions. */
export const titleNouns: readonly string[] = list(`
River, Lighthouse, Garden, Clockmaker, Harbour, Orchard, Glacier, Bridge, Tower, Mirror, Storm, Winter, Island, Cartographer, Beekeeper, Astronomer, Sailor, Daughter, Stranger, Neighbour
Letter, Map, Key, Shadow, Door, Staircase, Railway, Forest, Desert, Valley, Night, Morning, Sea, Lantern, Violin, Archive, Museum, Comet, Machine, Language
Silence, Memory, Journey, Promise, Secret, Harvest, Market, Village, Kingdom, Bird, Fox, Swan, Salt, Snow, Rain, Stone, Glass, Paper, Iron, Honey
`);

export const titleAdjectives: readonly string[] = list(`
Last, Lost, Quiet, Broken, Hidden, Golden, Silver, Long, Distant, Forgotten, Northern, Southern, Hollow, Crooked, Burning, Frozen, Secret, Second, Empty, Painted
Slow, Wild, Gentle, Borrowed, Unfinished, Invisible, Wandering, Patient, Salted, Midnight, Early, Late, Small, Great, White, Black, Blue, Red, Green, Paper
`);

/** Kinds of events. */
export const events: readonly string[] = list(`
summer fair, spring fair, harvest festival, book fair, flea market, jumble sale, open day, school concert, carol concert, jazz evening, poetry reading, film night, quiz night, pottery workshop, first-aid course, dance class
board meeting, parents' evening, town meeting, press conference, annual general meeting, chess tournament, charity run, half marathon, regatta, cycling race, football tournament, swimming gala, sports day, science fair, hackathon, job fair
wedding, christening, birthday party, retirement party, farewell dinner, street party, barbecue, village fete, lantern parade, firework display, flower show, dog show, cattle show, plant sale, guided walk, bird count, beach clean-up, blood donation session, fire drill, exhibition opening
`);

export const quotes: readonly string[] = `We have never had a summer like this.
I would do it again tomorrow.
Nobody told us that the road was closed.
It took longer than we thought, but it was worth it.
The children were the first to notice.
There is no reason to worry.
We simply ran out of time.
I still cannot believe it.
This is only the beginning.
Without the volunteers we would have had to close.
The old one was past repair.
You get used to the noise.
I counted them twice.
We are looking for somebody who can stay.
My grandmother would have laughed.
It is the best thing that has happened to this street in years.
The figures speak for themselves.
Please do not feed the animals.
We will not sell the land.
I learned it from my father.
The water came up to the second step.
It sounds better than it looks.
Ask me again in a year.
They deserved to win.
We should have started earlier.
Every penny goes to the roof.
That was not what we agreed on.
I prefer to work at night.
Somebody must have left the gate open.
The key is under the third stone.
It was quieter than I expected.
We owe it to the people who live here.
The engine has never let us down.
I have kept every single letter.
Next time we will bring more chairs.
It cannot go on like this.
The tickets were gone within an hour.
You can see the sea from the attic.
A good map is worth more than a fast car.
The bees do most of the work.`.split("\n");

/** Transitive verbs, infinitive; the past form of each stands at the same place in `pastVerbs`. */
export const verbs: readonly string[] = list(`
repair, clean, paint, replace, move, open, close, lock, check, measure, weigh, count, sort, pack, unpack, collect, deliver, order, buy, sell, rent, borrow, return, lose, find, hide
build, design, draw, sketch, photograph, film, record, copy, print, sign, stamp, file, read, translate, correct, publish, cancel, postpone, announce, organise, plan, visit, inspect, test, examine
wash, dry, fold, iron, polish, oil, sharpen, weld, glue, sand, varnish, cut, split, carry, lift, push, pull, drag, load, unload, water, plant, prune, harvest, feed
`);

export const pastVerbs: readonly string[] = list(`
repaired, cleaned, painted, replaced, moved, opened, closed, locked, checked, measured, weighed, counted, sorted, packed, unpacked, collected, delivered, ordered, bought, sold, rented, borrowed, returned, lost, found, hid
built, designed, drew, sketched, photographed, filmed, recorded, copied, printed, signed, stamped, filed, read, translated, corrected, published, cancelled, postponed, announced, organised, planned, visited, inspected, tested, examined
washed, dried, folded, ironed, polished, oiled, sharpened, welded, glued, sanded, varnished, cut, split, carried, lifted, pushed, pulled, dragged, loaded, unloaded, watered, planted, pruned, harvested, fed
`);

export const adjectives: readonly string[] = list(`
old, new, small, large, huge, tiny, narrow, wide, tall, low, heavy, light, round, square, oval, flat, steep, smooth, rough, soft, hard, thin, thick, clean, dirty, dusty, muddy, damp, wet, dry
rusty, broken, cracked, torn, faded, shiny, plain, striped, spotted, patterned, wooden, metal, woollen, hand-made, second-hand, antique, modern, cheap, expensive, valuable, rare, common, spare, empty, full, locked, open, folded, portable, foldable
quiet, noisy, warm, cold, bright, dark, sunny, shady, cosy, draughty, busy, popular, friendly, patient, strict, cheerful, shy, curious, careful, reliable, punctual, tired, hungry, proud, nervous, famous, local, foreign, young, elderly
`);
