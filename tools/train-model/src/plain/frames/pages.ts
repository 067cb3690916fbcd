/** What pages of the web, leaflets and handbooks say: conditions, biographies, nature, machines, rules. */
export const pageFrames = `
=== page: returns
[{s:shop} takes goods back within {d:= 14 days; thirty days; two weeks; a month; ten days; 60 days; six weeks; three days; 100 days; one year} if {c:= the label is still on; you bring the receipt; the box is unopened; they have not been worn; nothing is missing; they are clean; the seal is not broken; you paid by card; the parts are complete; they work}; {x:things} cannot be returned.|At {s} you may return what you bought within {d}, provided that {c}. This does not apply to {x}.|{^x} are never taken back by {s}. Everything else may be returned within {d} if {c}.]
?? How long can I return something to {s}? | Within what time does {s} take goods back? | Until when after buying may things go back to {s}?
-> {d}
?? What is the condition for a return to {s}? | On what condition does {s} take something back?
-> {c}
?? What does {s} never take back? | Which goods cannot be returned to {s}?
-> {x}
=== page: delivery cost
[{s:shop} delivers free of charge from {a:fee} on; below that it costs {b:fee}. Orders made before {t:time} leave on the same day.|Orders at {s} above {a} are sent free, smaller ones for {b}. Whoever orders by {t} gets it sent the same day.|Delivery by {s}: {b}, or nothing if you spend {a} or more. Order until {t} for dispatch on the same day.]
?? From what amount is delivery free at {s}? | How much must I spend at {s} to pay nothing for delivery?
-> {a}
?? What does delivery cost for small orders at {s}? | How much does {s} charge for sending a small order?
-> {b}
?? Until what time must I order at {s} for it to leave today? | By when must one order so that {s} sends it on the same day?
-> {t}
=== page: biography
[{p:person}, born in {c:city} in {y:year}, studied {s:subject} before becoming {a j:job}. {She/He@p} is known for {w:= a treatise on clouds; three operas; the first map of the coast; a new kind of lens; songs for children; a bridge of glass; drawings of insects; a dictionary of dialects; a theory of tides; portraits of sailors; the invention of a loom; a garden for the blind; a cookery book; a long walk across the desert}.|Before working as {a j}, {p} ({c}, born {y}) studied {s}. {Her/His@p} fame rests on {w}.|{w} made {p} famous. {She/He@p} came from {c}, was born in {y}, studied {s} and became {a j}.]
?? What is {p} known for? | What made {p} famous? | On what does {p}'s fame rest?
-> {w}
?? What did {p} study? | In which subject did {p} train?
-> {s}
?? Where does {p} come from? | In which town was {p} born?
-> {c}
?? What profession did {p} take up? | What did {p} become?
-> {j}
?? When was {p} born? | In which year did {p} come into the world?
-> {y}
?? When did {p} die? | Whom did {p} marry?
-> unknown
=== page: animal facts
[The {a:animal} of {i:island} sleeps {w:= in hollow trees; on one leg; under roots; in the sand; hanging upside down; in old boats; between rocks; in burrows; on rooftops; in reeds; under leaves; in caves} and feeds on {f:= beetles; snails; berries; moss; small fish; seeds; worms; nectar; roots; crabs; mushrooms; eggs}. Its worst enemy is the {e:animal}.|{f} are what the {a} of {i} lives on. It sleeps {w} and fears the {e}.|On {i} the {a} spends the night {w}. It eats {f}; the {e} hunts it.]
?? What does the {a} eat? | What is the food of the {a} of {i}? | On what does the {a} live?
-> {f}
?? Where does the {a} sleep? | Where does the {a} of {i} spend the night?
-> {w}
?? What is the enemy of the {a}? | Which animal does the {a} fear? | By what is the {a} hunted?
-> {e}
=== page: how a machine works
[The {c:coined} is driven by {e:= a spring; falling water; hot air; a pedal; a magnet; the wind; two horses; a crank; steam; sunlight; a small motor; compressed air} and {v:transitive.third} {n:np} in {d:minutes}.|Driven by {e}, the {c} {v.third} {n} within {d}.|It is {e} that drives the {c}. In {d}, it {v.third} {n}.]
?? What drives the {c}? | By what is the {c} driven? | Where does the {c} get its power from?
-> {e}
?? How long does the {c} need? | In what time does the {c} do its work?
-> {d}
?? What does the {c} {v}? | On what does the {c} work?
-> {n}
=== page: rule and fine
[At {b:building} it is forbidden to {x:= smoke; take photographs; eat; bring dogs; run; use a telephone; touch the walls; sing; ride a bicycle; feed the birds; sit on the stairs; whistle; wear hats; climb the fence}. Anyone who does it must {y:= pay a fine; leave; apologise; clean up; wait outside; give a name; buy everyone tea; sign a form; hand in the ticket; help in the kitchen; see the manager; stay away for a week}.|Those who {x} at {b} must {y}, as it is not allowed.|If you {x} at {b}, you will have to {y}.]
?? What is forbidden at {b}? | What must one not do at {b}? | What is not allowed at {b}?
-> {x}
?? What must people do who break the rule at {b}? | What happens to those who break the rule of {b}: what must they do?
-> {y}
=== page: how to get a card
[To get a {k:= library card; parking permit; bus pass; fishing licence; locker; membership; swimming badge; visa; market stall; reading desk; discount card; boat licence} in {c:city}, bring {n:= a photograph; your passport; a letter from your employer; an old bill; a birth certificate; two stamps; a signed form; a doctor's note; your school report; proof of address; a witness; a deposit} and pay {m:fee}. It is valid for {d:= a year; two years; six months; five years; a month; ten years; one season; four weeks; 90 days; three years}.|Whoever wants a {k} in {c} has to pay {m} and show {n}. It lasts {d}.|{c} gives you a {k} for {m} if you bring {n}; after {d} you need a new one.]
?? What must I bring for a {k} in {c}? | What do I need to show to get a {k}?
-> {n}
?? How much is a {k} in {c}? | What does one pay for a {k}?
-> {m}
?? For how long is the {k} valid? | How long does a {k} from {c} last?
-> {d}
=== page: science finding
[Researchers led by {p:person} found that {a:animals} {x:= recognise faces; sleep less in cities; count to four; prefer blue flowers; avoid bright light; remember routes for years; hear very low sounds; learn from each other; grow faster near roads; sing at night; use tools; smell rain}. They had observed {n:number} of them for {d:duration} in {c:country}.|In {c}, {p} and colleagues watched {n} {a} for {d}. The result: {a} {x}.|{^a} {x}: this is what a group around {p} found out in {c} after watching {n} of them for {d}.]
?? What did the researchers around {p} find out about {a}? | What do {a} do, according to {p}? | What was the result of {p}'s work?
-> {x}
?? Who led the study of {a}? | Who was the head of the researchers?
-> {p}
?? How many {a} were observed? | How many {a} did {p} watch?
-> {n}
?? Where was the study of {a} done? | In which country did {p} observe the {a}?
-> {c}
?? How long were the {a} watched? | For how long did {p} observe them?
-> {d}
=== page: dig
[In a field near {v:village}, {p:person} dug up {n:np} that is thought to be {y:= 800 years old; Roman; a Viking's; 2,000 years old; from the Bronze Age; a king's; a forgery; medieval; older than the church; from a shipwreck; a child's; very rare}. It can be seen at the {m:museum}.|The {m} now shows {n}, found by {p} near {v}. It is believed to be {y}.|{p} came upon {n} while digging near {v}. Experts think it is {y}; it is now at the {m}.]
?? What did {p} dig up? | What was found near {v}?
-> {n}
?? Who found it near {v}? | Who dug near {v}?
-> {p}
?? Where can one see {n}? | In which museum is the find from {v}?
-> {m}
?? What do experts think of the age or origin of {n}? | What is {n} thought to be?
-> {y}
?? Near which village was {n} found? | Where did {p} dig?
-> {v}
=== page: custom
[In {v:village}, people {x:= jump over a fire; roll a cheese downhill; hang up old shoes; carry a straw bear; bake bread in the shape of birds; throw flour; light a thousand candles; paint the well; ring all bells; race in bathtubs; sweep the street at night; dance around a stone} {o:= on the longest day; at New Year; after the harvest; on the first Sunday in May; when the first snow falls; every seven years; on the eve of a wedding; in the last week of March; at full moon in June; before Lent} to {w:= bring luck; drive out winter; thank the sea; remember a flood; please the bees; greet the spring; keep away the storms; honour the millers; mark the end of a siege; make the apples grow}.|{o}, people in {v} {x}. This is meant to {w}.|To {w}, they {x} in {v} {o}.]
?? What do people in {v} do? | What is the custom in {v}? | What strange thing is done in {v}?
-> {x}
?? When do they do it in {v}? | At what time of the year is the custom of {v}?
-> {o}
?? Why do people in {v} do that? | What is the custom of {v} good for? | What is the purpose of the custom in {v}?
-> {w}
=== page: garden advice
[{^a:plants} should be planted {w:= in rows; by the wall; after the last frost; in the shade; in sandy soil; a hand deep; in pots; in full sun; far apart; near water; in autumn; with the tip up} and never next to {b:plants}. Against {e:= slugs; lice; mildew; pigeons; moles; frost; beetles; drought; rust; caterpillars}, use {f:= coffee grounds; soapy water; ashes; eggshells; old nets; garlic tea; crushed shells; straw; a sheet of glass; milk}.|Plant {a} {w}, but not beside {b}. {^f} help against {e}.|Do not put {a} beside {b}. They grow best {w}; if there are {e}, try {f}.]
?? How or where should {a} be planted? | What is the best way of planting {a}?
-> {w}
?? What helps against {e}? | What should I use against {e}? | What is the remedy for {e}?
-> {f}
?? Beside what should {a} not stand? | Which plants are bad neighbours of {a}?
-> {b}
=== page: first aid
[For {x:= a burn; a bee sting; a nosebleed; a blister; a sprain; sunburn; a splinter; hiccups; a cut; a bruise; fainting; cramp}, {y:= use cold water; press a cloth on it; lift the leg; bend forward; drink slowly; cover it loosely; rest in the shade; pull it out sideways; keep it dry; hold it up; put ice on it; stretch the foot}; do not {z:= rub it; apply butter; open it; lean back; walk on it; scratch it; pull hard; lie down; use soap; wait too long; drink coffee; wrap it tightly}.|In case of {x}: {y}, but never {z}.|What to do about {x}? {^y}. One thing you must not do: {z}.]
?? What should one do about {x}? | How does one treat {x}? | What helps with {x}?
-> {y}
?? What must one not do with {x}? | What is wrong in the case of {x}?
-> {z}
=== page: prize and jury
[The {t:title} Prize, worth {m:money}, went to {p:person} for {her/his@p} {w:= novel; bridge; film; bread; song; photograph; garden; translation; thesis; map; costume; recipe; play; cello}. The jury praised {x:= its wit; the clear language; its courage; the quiet tone; every detail; its colours; the unusual form; its warmth; the fine workmanship; its honesty}.|{p} received the {t} Prize ({m}) for {a w}. The jury liked {x} most.|For {her/his@p} {w}, {p} was given the {t} Prize of {m}. {^x} had convinced the jury.]
?? Who won the {t} Prize? | Who received the {t} Prize? | To whom did the {t} Prize go?
-> {p}
?? For what did {p} get the prize? | With what did {p} win?
-> {w}
?? What did the jury praise? | What did the jury like about {p}'s work? | What convinced the jury?
-> {x}
?? How much is the {t} Prize worth? | What sum goes with the {t} Prize?
-> {m}
=== page: two opinions in a review
[{p:person} liked {x:= the acting; the soup; the music; the view; the ending; the staff; the stage set; the first chapter; the bread; the lighting; the silence; the price} at {r:restaurant}, but was disappointed by {y:= the noise; the dessert; the chairs; the waiting time; the wine list; the small portions; the draught; the coffee; the parking; the dim lamps; the bill; the toilets}.|{r}: {p} praises {x} and criticises {y}.|In {p}'s view, {y} spoiled the evening at {r}, although {x} pleased {her/him@p}.]
?? What did {p} like at {r}? | What pleased {p}? | What was good about {r}?
-> {x}
?? What did {p} not like? | What was {p} disappointed by? | What spoiled the evening for {p}?
-> {y}
?? Where did {p} spend the evening? | Which place does {p} write about?
-> {r}
=== page: storage advice
[Keep {f:food} {w:= in a cool place; in the dark; in the fridge; in a paper bag; in water; at room temperature; in a clay pot; wrapped in cloth; in a jar with a lid; upside down; in the cellar; in dry sand}, where it stays fresh for {d:= two days; a week; three weeks; several months; ten days; half a year; 48 hours; four days; a month; five weeks}. {g:food} should not be kept with it.|{f} stays fresh for {d} if kept {w}, but not together with {g}.|Kept {w} and away from {g}, {f} lasts {d}.]
?? Where or how should one keep {f}? | What is the right place for {f}? | How is {f} stored?
-> {w}
?? How long does {f} stay fresh? | For how long can one keep {f}?
-> {d}
?? What should not be kept with {f}? | With what must {f} not be stored?
-> {g}
=== page: eclipse and sky
[On {d:date} at {t:time}, {x:= a comet; a lunar eclipse; Jupiter; a swarm of meteors; Saturn; a new star; the space station; Venus; a double star; northern lights} can be seen {w:where}; {p:person} will explain it.|{x} will be visible {w} on {d} from {t} on. {p} is there to explain.|Do you want to see {x}? Come {w} on {d} at {t}, where {p} will tell you more.]
?? What can be seen in the sky? | What will be visible on {d}? | What is there to see on {d}?
-> {x}
?? Where can one see it? | Where should one go to watch it?
-> {w}
?? Who explains it? | Who will tell people more? | Who is the guide on {d}?
-> {p}
?? At what time will it be visible? | At what hour does it begin on {d}?
-> {t}
=== page: changed plan of a builder
[Instead of {x:= a car park; a hotel; offices; a supermarket; a motorway; a power plant; a shopping centre; a stadium; flats; a warehouse; a casino; a petrol station}, {c:company} will now build {y:= a school; a park; a library; a clinic; a theatre; a swimming pool; a nursery; a concert hall; a skate park; a cycle station; a museum; a home for the elderly} in {s:street}; residents had collected {n:bignumber} signatures.|After {n} people had signed a petition, {c} gave up its plan for {x} in {s}. {^y} will be built there.|{s} will get {y} and not {x}: {c} gave in to {n} signatures.]
?? What will be built in {s}? | What does {c} build now? | What will people in {s} get?
-> {y}
?? What did {c} plan at first? | What will not be built in {s}? | Which plan was given up in {s}?
-> {x}
?? How many people signed? | How many signatures were collected against the plan of {c}?
-> {n}
=== page: shift swap
[{p:person} has swapped shifts with {q:person}: {she/he@p} now works on {d:weekday}, {q} on {e:weekday}.|{q} now works on {e} and {p} on {d}, since the two have swapped.|Swap: {d} {p}, {e} {q}.]
?? On which day does {p} work now? | When is {p} on duty? | Which day did {p} take?
-> {d}
?? On which day does {q} work now? | When is {q} on duty? | What is {q}'s new day?
-> {e}
?? With whom did {p} swap? | Who changed shifts with {p}?
-> {q}
`;
