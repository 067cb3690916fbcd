import { list } from "./list.ts";

/** Countable things one can touch, singular. */
export const things: readonly string[] = list(`
ladder, kettle, lamp, curtain, bucket, basket, blanket, cushion, mirror, clock, candle, vase, jug, tray, saucepan, teapot, mug, bowl, plate, spoon
corkscrew, sieve, toaster, blender, freezer, fridge, oven, dishwasher, washing machine, tumble dryer, radiator, boiler, thermostat, heater, fan, air conditioner, vacuum cleaner
sewing machine, ironing board, typewriter, printer, scanner, projector, laptop, tablet, keyboard, monitor, router, camera, tripod, microphone, loudspeaker, headset, telephone
radio, record player, battery, charger, cable, adapter, torch, lantern, compass, map, globe, telescope, microscope, magnifying glass, thermometer, barometer, scale, stopwatch
calculator, notebook, diary, envelope, parcel, stamp, folder, binder, ledger, receipt, invoice, leaflet, poster, banner, flag, badge, medal, trophy, certificate, photograph
painting, sketch, statue, sculpture, mosaic, tapestry, carpet, rug, mat, wardrobe, cupboard, bookcase, shelf, drawer, chest, desk, stool, bench, armchair, sofa
mattress, pillow, duvet, cradle, pram, high chair, toy, puppet, doll, kite, puzzle, chessboard, dartboard, skateboard, scooter, helmet, racket, football, net, goalpost
tent, sleeping bag, rucksack, suitcase, handbag, purse, wallet, umbrella, raincoat, jacket, scarf, glove, hat, boot, sandal, belt, necklace, bracelet, ring, brooch
key, padlock, doorbell, letterbox, gate, fence, hedge, wheelbarrow, lawnmower, greenhouse, shed, hosepipe, sprinkler, watering can, flowerpot, trellis, birdhouse, beehive, trough, scarecrow
pump, valve, pipe, tap, sink, bathtub, shower, toilet, cistern, gutter, drainpipe, chimney, skylight, shutter, window, door, staircase, banister, balcony, roof
tyre, wheel, gearbox, engine, clutch, windscreen, headlight, bumper, mudguard, saddle, pedal, anchor, rudder, mast, sail, oar, rope, buoy, life jacket, hammock
crate, barrel, pallet, sack, jar, bottle, flask, tin, box, cage, aquarium, fuse, switch, socket, sensor, alarm, smoke detector, fire extinguisher, first-aid kit, stretcher
wheelchair, crutch, hearing aid, bandage, syringe, piano stool, music stand, lectern, podium, altar, pulpit, pew, bell, sundial, fountain, lamp post, parking meter, ticket machine, turnstile, signpost
`);

/** Things that stand in the plural. */
export const pluralThings: readonly string[] = list(`
scissors, binoculars, pliers, glasses, trousers, headphones, curtains, stairs, candles, chairs, tables, blankets, pillows, envelopes, stamps, posters, leaflets, badges, folders, notebooks
keys, locks, hinges, screws, nails, bolts, bricks, tiles, slates, planks, beams, panels, pipes, valves, filters, fuses, bulbs, batteries, cables, sockets
buckets, baskets, crates, barrels, pallets, sacks, jars, bottles, mugs, plates, bowls, spoons, forks, trays, towels, sheets, cushions, rugs, mats, mirrors
tents, rucksacks, ropes, lanterns, helmets, gloves, boots, raincoats, scarves, umbrellas, life jackets, paddles, oars, sails, flags, nets, balls, rackets, trophies, medals
seeds, bulbs of garlic, saplings, flowerpots, hives, fence posts, gates, benches, lamp posts, signs, paintings, sketches, photographs, drawings, masks, costumes, puppets, kites, marbles, coins
cameras, tripods, microphones, loudspeakers, laptops, tablets, printers, monitors, radios, clocks, scales, thermometers, sensors, microscopes, test tubes, beakers, slides, samples, vials, syringes
`);

export const tools: readonly string[] = list(`
hammer, mallet, screwdriver, spanner, wrench, adjustable spanner, pair of pliers, chisel, plane, hand saw, hacksaw, fretsaw, chainsaw, circular saw, jigsaw, drill, cordless drill, sander, file, rasp
spirit level, tape measure, set square, clamp, vice, soldering iron, blowtorch, crowbar, pickaxe, sledgehammer, spade, shovel, fork, rake, hoe, trowel, scythe, sickle, pair of secateurs, pair of shears
axe, hatchet, wire cutter, glue gun, staple gun, paintbrush, roller, scraper, putty knife, pipe cutter, plunger, multimeter, torque wrench, allen key, ratchet, awl, loupe, whetstone, stepladder, hoist
`);

export const vehicles: readonly string[] = list(`
bicycle, tandem, tricycle, cargo bike, moped, motorbike, scooter, car, van, minibus, coach, bus, double-decker, tram, trolleybus, lorry, tanker, tractor, combine harvester, forklift
excavator, bulldozer, crane truck, cement mixer, fire engine, ambulance, police car, snowplough, camper van, caravan, taxi, hatchback, estate car, convertible, pickup truck, jeep, limousine, hearse, milk float, rickshaw
canoe, kayak, dinghy, rowing boat, barge, narrowboat, ferry, tugboat, trawler, yacht, catamaran, hovercraft, lifeboat, hot-air balloon, glider, helicopter, biplane, seaplane, cable car, sleigh
`);

export const instruments: readonly string[] = list(`
violin, viola, cello, double bass, harp, guitar, bass guitar, banjo, mandolin, ukulele, lute, zither, piano, harpsichord, organ, accordion, concertina, harmonica, flute, piccolo
recorder, clarinet, bass clarinet, oboe, cor anglais, bassoon, saxophone, trumpet, cornet, French horn, trombone, tuba, euphonium, tin whistle, pan flute, kettledrum, snare drum, marimba, xylophone
vibraphone, glockenspiel, tambourine, triangle, cymbal, djembe, bongo drum, sitar, tabla, erhu, koto, oud, balalaika, bouzouki, hurdy-gurdy, theremin, celesta, nyckelharpa, kora, didgeridoo
`);

export const materials: readonly string[] = list(`
oak, pine, beech, ash, birch, walnut, cherry wood, cedar, larch, teak, bamboo, plywood, chipboard, cork, cardboard, paper, parchment, leather, suede, felt
wool, cotton, linen, silk, velvet, canvas, denim, nylon, polyester, fleece, rubber, plastic, acrylic, fibreglass, carbon fibre, glass, frosted glass, steel, stainless steel, cast iron
wrought iron, copper, brass, bronze, tin, zinc, lead, aluminium, titanium, silver, gold, pewter, granite, marble, slate, limestone, sandstone, flint, brick, concrete
clay, terracotta, porcelain, plaster, wax, straw, thatch, willow, rattan, bone, horn, mother-of-pearl, amber, jade, soapstone, ceramic, enamel, tweed, flannel, hemp
`);

export const colours: readonly string[] = list(`
red, dark red, bright red, orange, yellow, pale yellow, green, dark green, olive green, mint green, blue, light blue, navy blue, sky blue, royal blue, turquoise, teal, purple, violet, lilac
pink, salmon pink, magenta, crimson, scarlet, maroon, brown, chestnut, beige, cream, ivory, white, off-white, grey, charcoal, silver, gold, black, mustard, ochre, rust, copper, khaki, lavender, plum, burgundy, amber, indigo
`);

export const floors: readonly string[] = list(`
ground floor, first floor, second floor, third floor, fourth floor, fifth floor, sixth floor, seventh floor, eighth floor, ninth floor, tenth floor, eleventh floor, twelfth floor, top floor, basement, attic, mezzanine, lower ground floor
`);
