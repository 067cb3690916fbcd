import { list } from "./list.ts";

/** Verbs that take a person or an organisation as subject and nearly any thing as object. */
export const transitiveVerbs: readonly string[] = list(`
repair, mend, fix, replace, remove, install, inspect, examine, test, check, clean, wash, scrub, rinse, wipe, dust, polish, paint, repaint, varnish, oil, grease, sharpen, weld, glue, sand, drill, cut, saw, split
build, rebuild, assemble, dismantle, design, redesign, draw, sketch, photograph, film, record, copy, scan, print, sign, stamp, label, number, weigh, measure, count, sort, pack, unpack, wrap, unwrap, box, bundle
carry, lift, push, pull, drag, drop, throw, catch, kick, roll, turn, tilt, shake, bend, fold, unfold, roll up, hang, hang up, take down, put away, put up, set up, set aside, pick up, pick out, hand over, hand in, give back, bring back
bring, fetch, take, collect, deliver, send, return, order, buy, purchase, sell, rent, hire, lease, lend, borrow, donate, auction, import, export, store, keep, save, hide, bury, dig up, find, discover, rediscover, lose, misplace
steal, break, damage, smash, scratch, crack, tear, burn, melt, freeze, spill, ruin, destroy, sink, flood, block, unblock, open, close, shut, lock, unlock, seal, cover, uncover, decorate, restore, renovate, convert, extend, modernise
announce, advertise, describe, mention, explain, discuss, criticise, praise, recommend, reject, refuse, approve, authorise, cancel, postpone, schedule, plan, organise, arrange, prepare, present, introduce, launch, unveil, promote, sponsor, finance, subsidise, insure
admire, photocopy, file, archive, catalogue, register, document, translate, correct, edit, publish, review, read, study, research, analyse, monitor, observe, watch, guard, protect, rescue, recover, salvage, deliver back, trade, swap, exchange, upgrade
invent, patent, develop, improve, adapt, modify, adjust, calibrate, tune, tighten, loosen, connect, disconnect, plug in, unplug, switch on, switch off, start, stop, restart, reset, charge, recharge, refill, fill, empty, drain, heat, cool, dry, soak
move, relocate, transfer, transport, load, unload, tow, haul, hoist, lower, raise, park, stack, rearrange, line up, tie up, untie, fasten, unfasten, chain, anchor, nail down, screw on, bolt, clamp, wire, insulate, ventilate, shelter, fence off
choose, select, pick, request, demand, claim, win, earn, inherit, receive, accept, decline, own, share, divide, distribute, hand out, give away, auction off, throw away, recycle, reuse, compost, dump, leave behind, abandon, forget, remember
test out, try out, demonstrate, teach, practise, imitate, forge, carve, engrave, sculpt, weave, knit, sew, embroider, dye, bleach, iron, hem, patch, frame, mount, display, exhibit, judge, rate, value, appraise, identify, recognise, confuse, compare, trace, track, follow
`);

/** Nouns one can do most of these things to, besides the things of other lists. */
export const handledNouns: readonly string[] = list(`
report, contract, letter, manuscript, map, chart, programme, timetable, budget, application, petition, complaint, questionnaire, speech, poem, song, recipe, plan, drawing, model, prototype, device, machine, appliance, instrument, statue, fountain, footbridge, jetty, pier, lock gate, weir
playground, sandpit, swing, slide, climbing frame, bus shelter, cycle path, footpath, hedge, lawn, pond, orchard, vineyard, allotment, barn, stable, henhouse, silo, cellar, attic, loft, conservatory, porch, veranda, workshop, studio, kiosk, stall, exhibit, collection, archive
costume, curtain, backdrop, stage, spotlight, loudspeaker, programme booklet, ticket, wreath, bouquet, garland, hamper, cake, loaf, pie, jar of honey, bottle of cider, sack of flour, crate of apples, box of books, bag of seed, coil of rope, roll of wire, sheet of glass, set of keys, pair of skis
server, database, login page, search function, import script, backup, firewall, licence, invoice, sample, specimen, test strip, X-ray, prescription, wound, splint, cast, hearing aid, wheelchair, stretcher, incubator, bed, ward door, defibrillator
`);
