const list = (words: string): readonly string[] => words.trim().split(/\s*,\s*/u);

/** Things that are bought, moved, lost and found. */
export const objects: readonly string[] = list(`
  accordion, almanac, amphora, anchor, anvil, apron, armchair, atlas, axe, backpack, badge, balance, banner, barometer, barrel, basin, basket,
  bench, bicycle, blanket, blotter, bobbin, bonnet, bookcase, bottle, bowl, bracelet, brazier, briefcase, broom, brooch,
  brush, bucket, buckle, cabinet, calendar, camera, candlestick, canoe, canvas, carafe, carpet, carriage, cart, casket, cauldron, chalice,
  chandelier, chessboard, chest, chisel, churn, clipboard, cloak, clock, coat, coffeepot, colander, comb, compass, cradle, crate, crown,
  crutch, cupboard, curtain, cushion, dagger, decanter, desk, dictionary, doll, dresser, drill, drum, easel, embroidery, encyclopedia,
  envelope, fan, figurine, flag, flask, footstool, fountain pen, frame, funnel, furnace, gauge, globe, goblet, gong, gramophone, grater, hammer,
  hammock, handbag, harness, harrow, hatbox, helmet, hourglass, inkwell, ironing board, jacket, jar, jug, kaleidoscope, kayak, kettle, keyring,
  kite, knapsack, ladder, ladle, lamp, lantern, lathe, lectern, ledger, lens, letterbox, loom, magnet, mallet, manuscript, map, marble,
  mask, mattress, medal, megaphone, metronome, microscope, mirror, mortar, mug, music box, nautilus, necklace, needle, notebook, oar, oil can,
  overcoat, padlock, paddle, painting, pan, parasol, parchment, pendant, pendulum, periscope, pincushion, pipette, pitcher, pitchfork, plough, porcelain cup,
  postcard, printing press, prism, projector, pulley, pump, puppet, purse, quilt, quiver, radio, raft, rake, razor, reel, rifle,
  ring, rocking chair, rope, rucksack, rudder, saddle, samovar, sandal, satchel, saucepan, scale, scarf, sceptre, screwdriver, scroll,
  scythe, sewing machine, sextant, shawl, shield, shovel, sickle, sieve, signet, skillet, sledge, sofa, spade, spear, spindle, spoon, spyglass,
  stamp, statue, stethoscope, stool, suitcase, sundial, sword, tablecloth, tankard, tapestry, teapot, telescope, tent, thimble, tiara, toboggan,
  torch, tray, tricycle, tripod, trowel, trunk, tureen, typewriter, umbrella, urn, vase, vest, waistcoat, wallet, wardrobe, watering can, weathervane,
  wheelbarrow, whetstone, whistle, wig, windlass, wreath, wrench, xylophone, yoke, zither`);

/** Said of an object in front of its name. */
export const adjectives: readonly string[] = list(`
  amber, ancient, ash, black, blue, brass, broken, bronze, brown, carved, cheap, copper, cracked, crimson, dented, dusty, ebony, enamel, faded,
  folding, gilded, glass, green, grey, heavy, iron, ivory, lacquered, large, leather, light, little, marked, new, oak, old, orange, ornate, painted,
  pale, patched, pewter, pine, plain, polished, portable, precious, purple, rare, red, rusty, scarlet, silver, slender, small, spare, spotted,
  square, stained, steel, striped, tall, tin, turquoise, violet, walnut, white, wooden, worn, woven, yellow`);

/** Where objects are kept. */
export const rooms: readonly string[] = list(`
  abbey, annex, antechamber, apiary, arcade, archive, armoury, arsenal, atelier, attic, bakery, ballroom, barn, barracks, basement, bathhouse, belfry,
  boathouse, boiler room, bunker, buttery, cabin, cafeteria, canteen, cellar, chapel, classroom, cloakroom, cloister, coach house, conservatory,
  corridor, cottage, courtyard, crypt, dairy, darkroom, depot, dispensary, dormitory, dovecote, drawing room, dungeon, engine room, entrance hall, forge,
  foundry, foyer, gallery, garage, garret, gatehouse, granary, greenhouse, gymnasium, hangar, hayloft, henhouse, infirmary, kennel, kitchen, laboratory,
  larder, laundry, library, lighthouse, loft, lounge, mezzanine, mill, music room, nursery, observatory, orangery, orchard, outhouse, pantry, parlour,
  pavilion, porch, portico, potting shed, powerhouse, printshop, pump house, reading room, rectory, refectory, sacristy, salon, sawmill, scullery,
  sculpture hall, smithy, smokehouse, stable, staff room, storeroom, studio, study, sunroom, tannery, tavern, terrace, tower, treasury, tunnel,
  turret, vault, veranda, vestibule, waiting room, washhouse, watchtower, windmill, wine shop, winery, woodshed, workshop`);

export const jobs: readonly string[] = list(`
  accountant, actor, acupuncturist, antiquary, apothecary, architect, archivist, astronomer, auctioneer, auditor, baker, banker, barber, beekeeper,
  biologist, blacksmith, bookbinder, bookseller, botanist, brewer, bricklayer, butcher, butler, caretaker, carpenter, cartographer, cashier,
  chauffeur, cheesemaker, chemist, chimney sweep, chiropractor, clerk, clockmaker, cobbler, composer, conductor, cooper, courier, dancer,
  decorator, dentist, designer, detective, diplomat, dressmaker, driver, economist, editor, electrician, engraver, falconer, farmer,
  ferryman, firefighter, fisherman, florist, forester, gardener, geologist, glassblower, glazier, goldsmith, grocer, gunsmith, hairdresser,
  harbour pilot, hatter, herbalist, historian, illustrator, innkeeper, interpreter, inventor, janitor, jeweller, joiner, journalist, judge, juggler,
  librarian, lifeguard, linguist, locksmith, lumberjack, machinist, magician, mason, mathematician, mechanic, messenger, meteorologist, midwife,
  miller, milliner, miner, navigator, notary, nurse, optician, organist, painter, paramedic, pharmacist, philosopher, photographer, physicist, pilot,
  plasterer, plumber, poet, porter, postman, potter, printer, producer, psychologist, publisher, ranger, receptionist, restorer, roofer, sailor,
  sculptor, seamstress, secretary, shepherd, shipwright, shoemaker, signwriter, singer, stonecutter, surgeon, surveyor, tailor, tanner, taxidermist,
  technician, translator, typesetter, undertaker, upholsterer, veterinarian, vintner, violin maker, waiter, watchmaker, weaver, welder,
  wheelwright, woodcarver, zoologist`);

export const animals: readonly string[] = list(`
  alpaca, anteater, antelope, armadillo, badger, beagle, beaver, bison, boar, budgerigar, bulldog, bullfinch, camel, canary, capybara, chameleon,
  chinchilla, chipmunk, cockatoo, collie, cormorant, corgi, cow, crane, cricket, crow, dachshund, dingo, donkey, dormouse, duck, ermine, falcon, ferret,
  finch, fox, gazelle, gecko, gerbil, goat, goldfish, goose, greyhound, guinea pig, hamster, hare, hawk, hedgehog, heron, iguana, jackdaw, kestrel,
  lizard, llama, lobster, lynx, macaw, magpie, marmot, mastiff, mink, mole, mongoose, mule, newt, ocelot, ostrich, otter, owl, parakeet, parrot,
  partridge, peacock, pelican, pheasant, piglet, pigeon, pony, poodle, porcupine, puffin, quail, rabbit, raccoon, raven, reindeer, salamander,
  sheep, skunk, sloth, snail, sparrow, spaniel, squirrel, starling, stork, swan, terrier, thrush, toad, tortoise, toucan, turkey, turtle, viper, vole,
  wallaby, weasel, wolfhound, woodpecker, yak, zebra`);

export const languages: readonly string[] = list(`
  Afrikaans, Albanian, Amharic, Arabic, Armenian, Aymara, Azerbaijani, Basque, Belarusian, Bengali, Bosnian, Breton, Bulgarian, Burmese, Catalan,
  Cornish, Corsican, Croatian, Czech, Danish, Dutch, Estonian, Faroese, Finnish, French, Frisian, Galician, Georgian, German, Greek, Guarani, Gujarati,
  Hausa, Hawaiian, Hebrew, Hindi, Hungarian, Icelandic, Igbo, Indonesian, Inuktitut, Irish, Italian, Japanese, Javanese, Kannada, Kazakh, Khmer, Korean,
  Kurdish, Ladin, Latvian, Lithuanian, Malay, Maltese, Maori, Marathi, Mongolian, Nahuatl, Navajo, Nepali, Norwegian, Occitan, Pashto, Persian,
  Polish, Portuguese, Punjabi, Quechua, Romanian, Romansh, Samoan, Sardinian, Serbian, Sicilian, Sindhi, Sinhala, Slovak, Slovene, Somali,
  Spanish, Swahili, Swedish, Tagalog, Tamil, Telugu, Thai, Tibetan, Tongan, Turkish, Ukrainian, Urdu, Uzbek, Vietnamese, Welsh, Wolof, Xhosa, Yiddish,
  Yoruba, Zulu`);

export const instruments: readonly string[] = list(`
  alphorn, bagpipe, balalaika, bandoneon, banjo, bass, bassoon, bouzouki, bugle, castanets, celesta, cello, clarinet, clavichord, concertina, cornet,
  cymbals, didgeridoo, dulcimer, erhu, euphonium, fiddle, flugelhorn, flute, glockenspiel, guitar, hammered dulcimer, harmonica, harmonium, harp,
  harpsichord, horn, hurdy-gurdy, kalimba, kora, koto, lute, lyre, mandolin, maracas, marimba, melodica, oboe, ocarina, organ, pan flute, piano, piccolo,
  psaltery, recorder, saxophone, shamisen, sitar, spinet, tambourine, theremin, timpani, trombone, trumpet, tuba, ukulele, vibraphone,
  viola, violin`);

/** What a vessel carries. */
export const cargoes: readonly string[] = list(`
  almonds, aluminium, apples, bananas, barley, beeswax, bricks, butter, cedar, cement, charcoal, cheese, cinnamon, coal, cocoa, coconuts, coffee,
  coral, corn, cotton, dates, feathers, figs, flax, flour, furs, garlic, ginger, gold, granite, gravel, hay, herring, hides, honey, hops,
  ice, indigo, iron ore, ivory, jute, lead, lemons, lentils, limestone, linen, machinery, mahogany, medicine, melons, mustard, nutmeg, oats, olives,
  onions, oranges, paper, peas, pepper, pitch, plums, porcelain, potatoes, raisins, rice, rubber, rum, rye, saffron, salt, sand, sandalwood, silk, slate,
  soap, sugar, sulphur, tallow, tar, tea, teak, timber, tobacco, vinegar, walnuts, wheat, whisky, wine, wool`);

/** First words of ships' names; the second is one of `shipNouns`. */
export const shipAdjectives: readonly string[] = list(`
  Amber, Arctic, Autumn, Bright, Distant, Eastern, Emerald, Evening, Faithful, Flying, Gallant, Gentle, Golden, Hidden, Lonely, Lucky, Merry, Midnight,
  Morning, Mountain, Noble, Northern, Pacific, Patient, Proud, Quiet, Rapid, Restless, Royal, Ruby, Sapphire, Silent, Silver, Southern, Steady, Swift,
  Tender, Twilight, Valiant, Velvet, Wandering, Western, Wild, Winter`);

export const shipNouns: readonly string[] = list(`
  Albatross, Arrow, Aurora, Beacon, Blossom, Breeze, Cavalier, Comet, Cygnet, Dawn, Dolphin, Dove, Dream, Eagle, Echo, Ember, Empress, Explorer, Fortune, Galaxy,
  Gull, Harvest, Heather, Horizon, Hunter, Jewel, Lady, Lark, Laurel, Legend, Marlin, Mermaid, Meteor, Minstrel, Nightingale, Osprey, Otter, Pearl, Petrel, Phoenix,
  Pilgrim, Pioneer, Promise, Rover, Seahorse, Seal, Sentinel, Sparrow, Spirit, Squire, Star, Swan, Thistle, Trader, Traveller, Venture, Victory, Voyager,
  Wanderer, Whale, Zephyr`);

/** Second words of companies' names; the first is invented. */
export const trades: readonly string[] = list(`
  Bakery, Bank, Books, Brewery, Bricks, Carpets, Ceramics, Cement, Chemicals, Cycles, Dairy, Electric, Energy, Engines, Fabrics, Ferries, Films, Foods, Freight,
  Furniture, Glass, Hotels, Instruments, Insurance, Ironworks, Laboratories, Leather, Logistics, Mills, Motors, Nurseries, Optics, Paper, Pharma, Plastics,
  Press, Pumps, Railways, Robotics, Roofing, Seeds, Shipping, Software, Steel, Systems, Textiles, Timber, Tools, Tours, Toys, Trading, Watches, Wines`);

export const months: readonly string[] = list(
  "January, February, March, April, May, June, July, August, September, October, November, December",
);
