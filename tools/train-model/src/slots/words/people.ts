import { list } from "./list.ts";

export const jobs: readonly string[] = list(`
carpenter, plumber, electrician, roofer, bricklayer, plasterer, painter, glazier, tiler, locksmith, mechanic, blacksmith, welder, machinist, toolmaker, watchmaker, jeweller, potter, weaver, tailor
dressmaker, cobbler, saddler, upholsterer, bookbinder, printer, typesetter, photographer, illustrator, sculptor, composer, conductor, organist, violinist, singer, dancer, actor, director, stagehand, playwright
novelist, poet, translator, interpreter, editor, journalist, reporter, librarian, archivist, curator, historian, archaeologist, geologist, botanist, zoologist, chemist, physicist, astronomer, mathematician, statistician
engineer, surveyor, architect, draughtsman, programmer, tester, network administrator, data analyst, accountant, auditor, cashier, clerk, secretary, receptionist, caretaker, cleaner, porter, security guard, gardener, landscaper
farmer, shepherd, beekeeper, forester, gamekeeper, fisherman, miller, baker, butcher, cheesemaker, brewer, cook, pastry chef, waiter, barista, hotelier, shopkeeper, florist, pharmacist, optician
doctor, surgeon, nurse, midwife, dentist, vet, physiotherapist, paramedic, psychologist, social worker, teacher, headteacher, lecturer, tutor, nursery nurse, driving instructor, lifeguard, coach, referee, jockey
lawyer, judge, notary, solicitor, police officer, detective, firefighter, soldier, sailor, captain, ship's engineer, pilot, flight attendant, air traffic controller, train driver, guard, bus driver, lorry driver, courier, postman
mayor, councillor, ambassador, civil servant, tax inspector, estate agent, insurance broker, banker, undertaker, vicar, hairdresser, barber, piano tuner, chimney sweep, window cleaner, tour guide, ranger, meteorologist, diver, stonemason
`);

export const hobbies: readonly string[] = list(`
knitting, crochet, embroidery, quilting, pottery, woodcarving, calligraphy, origami, photography, birdwatching, stargazing, beekeeping, gardening, fishing, sailing, rowing, canoeing, surfing, diving, swimming
hiking, climbing, caving, cycling, running, orienteering, skating, skiing, fencing, archery, judo, yoga, chess, bridge, juggling, magic tricks, model railways, stamp collecting, coin collecting, geocaching
baking, brewing, cheese making, foraging, genealogy, crossword puzzles, board games, amateur theatre, choir singing, folk dancing, salsa, tango, drumming, playing the cello, restoring old radios, repairing clocks, kite flying, pigeon racing, watercolour painting, life drawing
`);

export const languages: readonly string[] = list(`
English, French, German, Spanish, Portuguese, Italian, Catalan, Basque, Galician, Dutch, Flemish, Danish, Swedish, Norwegian, Icelandic, Finnish, Estonian, Latvian, Lithuanian, Polish
Czech, Slovak, Hungarian, Romanian, Bulgarian, Greek, Albanian, Serbian, Croatian, Slovene, Macedonian, Ukrainian, Russian, Georgian, Armenian, Turkish, Kurdish, Arabic, Hebrew, Persian
Urdu, Hindi, Bengali, Punjabi, Gujarati, Tamil, Telugu, Sinhala, Nepali, Tibetan, Thai, Lao, Khmer, Vietnamese, Malay, Indonesian, Tagalog, Mandarin, Cantonese, Japanese
Korean, Mongolian, Swahili, Amharic, Somali, Hausa, Yoruba, Igbo, Zulu, Xhosa, Afrikaans, Welsh, Irish, Scottish Gaelic, Breton, Maltese, Esperanto, Latin, Quechua, Maori
`);

export const subjects: readonly string[] = list(`
mathematics, physics, chemistry, biology, geography, history, economics, philosophy, psychology, sociology, politics, law, medicine, anatomy, astronomy, geology, ecology, meteorology, statistics, computer science
engineering, architecture, art history, music theory, drama, creative writing, literature, linguistics, Latin, French, Spanish, German, religious studies, ethics, archaeology, anthropology, nutrition, sports science, accounting, marketing
`);

export const sports: readonly string[] = list(`
football, rugby, cricket, hockey, ice hockey, handball, basketball, volleyball, netball, baseball, softball, tennis, table tennis, badminton, squash, golf, bowls, croquet, curling, darts
snooker, athletics, gymnastics, trampolining, swimming, water polo, diving, rowing, canoeing, sailing, surfing, cycling, triathlon, fencing, archery, judo, karate, boxing, wrestling, weightlifting
climbing, orienteering, skiing, snowboarding, figure skating, speed skating, horse riding, polo, lacrosse, floorball
`);

export const illnesses: readonly string[] = list(`
flu, a cold, bronchitis, pneumonia, asthma, hay fever, tonsillitis, laryngitis, sinusitis, an ear infection, chickenpox, measles, mumps, whooping cough, scarlet fever, shingles, glandular fever, food poisoning, gastritis, appendicitis
a kidney stone, anaemia, diabetes, high blood pressure, gout, arthritis, sciatica, tendinitis, a slipped disc, a sprained ankle, a broken wrist, a cracked rib, concussion, migraine, vertigo, eczema, psoriasis, hives, conjunctivitis, Lyme disease
`);
