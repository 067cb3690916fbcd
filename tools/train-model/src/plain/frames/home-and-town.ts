/** Household, repairs, flats, councils, schools, clubs. */
export const homeAndTownFrames = `
=== home: appliance repair
[The {m:= washing machine; dishwasher; tumble dryer; oven; fridge; freezer; boiler; coffee machine; vacuum cleaner; radiator; toaster; kettle; lawnmower; sewing machine} of {p:person} would not [start|work] any more. {j:person}, who came {t:when}, found {c:= a blown fuse; a broken belt; a blocked hose; a loose wire; a worn brush; a dead mouse; a cracked seal; a coin in the pump; a burnt switch; a clogged filter; a leaking valve; a faulty sensor}.|{t}, {j} repaired the {m} of {p}. The trouble was {c}.|{p} called {j} because of the {m}. {^c} had caused the fault.]
?? What was wrong with {p}'s {m}? | What did {j} find? | What was the cause of the trouble with the {m}?
-> {c}
?? Who repaired {p}'s {m}? | Whom did {p} call? | Who came to see to the {m}?
-> {j}
?? Which appliance of {p}'s was broken? | What did {j} repair? | What stopped working at {p}'s?
-> {m}
=== home: repair bill
[For the repair {c:company} charged {m:money}: {a:money} for labour and {b:money} for parts.|The bill of {c} comes to {m}, of which {a} is labour and {b} parts.|{c} sent a bill of {m} (parts {b}, work {a}).]
?? How much did {c} charge in all? | What is the total of {c}'s bill? | How high is the bill of {c}?
-> {m}
?? How much does {c} take for parts? | What did the parts from {c} cost?
-> {b}
?? What did {c} charge for the work? | How much was the labour of {c}?
-> {a}
=== home: flat hunting
[The flat in {s:street} has {k:= two; 3; four; 5; three; 2; 4; five; six; 6; seven} rooms, {a:area}, and costs {m:money} a month.|{s}: {k} rooms, {a}, rent {m}.|For {m} a month one can rent a flat with {k} rooms ({a}) in {s}.|We also saw the one in {s}. It is {a} with {k} rooms; they want {m}.]
?? What is the rent in {s}? | How much does the flat in {s} cost a month? | What do they want for the place in {s}?
-> {m}
?? How big is the flat in {s}? | What is the size of the flat in {s}?
-> {a}
?? How many rooms does the flat in {s} have?
-> {k}
?? Which floor is the flat in {s} on? | Does the text say who lived in {s} before?
-> unknown
=== home: landlord
[The landlord, {p:person}, wants {d:money} as a deposit and forbids {x:= pets; smoking; drying clothes on the balcony; parties; barbecues; subletting; bicycles in the hall; drums; candles; nails in the walls; waterbeds; shoes in the stairwell}.|{p} owns the house. {She/He@p} asks for {d} as security; {x} [is|are] not allowed.|{^x}: not allowed by {p}, the landlord, who also takes a deposit of {d}.]
?? Who is the landlord? | Who owns the house? | To whom does one pay the deposit?
-> {p}
?? What does {p} not allow? | What is forbidden in {p}'s house? | What must tenants of {p} not do or have?
-> {x}
?? How high is {p}'s deposit? | What security does {p} ask for?
-> {d}
=== home: recipe step
[{^v:= whisk; boil; fry; chop; steam; grate; mash; roast; knead; marinate; peel; soak; bake; simmer} the {f:food} for {d:minutes}, then add {a:weight} of {g:food}.|First {v} the {f} ({d}). After that comes the {g}, {a}.]
?? What is added after the {f}? | What does one add once the {f} is ready? | What comes after the {f}?
-> {g}
?? How much {g} does one need? | What amount of {g} is used?
-> {a}
?? For how long is the {f} prepared? | How long does the {f} take?
-> {d}
=== home: oven
[The {d:dish} goes into the oven at {t:heat} for {u:minutes} and is served with {f:food}.|Bake the {d} at {t} for {u}. Serve with {f}.|{u} at {t} is enough for the {d}; {f} goes well with it.]
?? At what temperature is the {d} baked? | How hot must the oven be for the {d}?
-> {t}
?? How long must the {d} stay in the oven? | For how long is the {d} baked?
-> {u}
?? What is served with the {d}? | What goes with the {d}?
-> {f}
=== home: allotment
[On plot {n:number}, {p:person} grows {a:plants} and {b:plants}. {q:person} has plot {m:number} with {c:plants}.|{p} (plot {n}) has {a} and {b}, {q} (plot {m}) only {c}.]
?? What does {p} grow? | Which plants are on {p}'s plot? | What is there on plot {n}?
-> {a} ; {b}
?? Whose plot is number {m}? | Who has plot {m}?
-> {q}
?? What does {q} grow? | What is there on {q}'s plot?
-> {c}
=== home: watering and pets
[While {p:person} is away, {q:person} feeds the {a:animal} at {t:time} and {r:person} waters the {f:plants}.|{q} looks after {p}'s {a} (food at {t}); the {f} are watered by {r}.|{r} waters {p}'s {f}. {q} comes at {t} for the {a}.]
?? Who looks after {p}'s {a}? | Who feeds the {a}? | Who comes for the {a}?
-> {q}
?? Who waters the {f}? | Who takes care of {p}'s plants?
-> {r}
?? When does {q} come to the {a}? | At what time is the {a} fed?
-> {t}
=== home: left behind
[{p:person} left {her/his@p} {a:thing} {w:where} and {her/his@p} {b:thing} in the {v:vehicle}.|{p}'s {a} is still {w}; the {b} must be in the {v}.|What {p} forgot: the {a} ({w}) and the {b} (in the {v}).]
?? Where did {p} leave the {a}? | Where is {p}'s {a}?
-> {w}
?? What did {p} leave in the {v}? | What must be in the {v}?
-> {b}
?? In which vehicle is {p}'s {b}? | Where else did {p} forget something: in the what?
-> {v}
=== home: moving
[{p:person} is moving from {a:street} to {b:street} {o:= in June; in July; next month; at the end of the year; on the first of May; in two weeks; at Easter; in the autumn}. {c:company} will carry the furniture.|From {a} to {b}: {p} is moving {o}, with {c}.|{p} leaves {a} {o}; the new address is in {b}. The movers are {c}.]
?? Where does {p} move to? | In which street will {p} live? | What is {p}'s new street?
-> {b}
?? Where did {p} live until now? | Which street does {p} leave?
-> {a}
?? Which company carries {p}'s furniture? | Who are {p}'s movers?
-> {c}
?? When does {p} move? | When will {p} be moving house?
-> {o}
=== town: council decision
[The council of {v:village} decided by {a:= 31; 27; 24; 19; twenty-two; 18; thirty; 26; 41; 17; thirty-five; 23} votes to {b:= 3; 5; seven; 8; 9; 11; twelve; 4; six; 10; 13; two} to [build|renovate|close|extend] the {k:placenoun}. It will cost {m:money}.|With {a} votes against {b}, {v}'s council voted for the new {k}, at a price of {m}.|{m} is what {v} will spend on the {k}, the council decided ({a} to {b}).]
?? What did the council of {v} decide about? | On what will {v} spend money? | What is {v}'s council paying for?
-> {k}
?? How much will {v} spend? | What does the {k} in {v} cost?
-> {m}
?? How many voted for it in {v}? | How many votes were in favour in {v}?
-> {a}
=== town: against it
[{p:person} [spoke|voted] against the plan for {s:street} since {r:= it would make more noise; the trees would be felled; it costs too much; nobody asked the residents; the street is too narrow; the school lies on it; there is no parking; the shops would suffer; buses could not pass; the land belongs to the church; it floods every spring; the figures are old}. {q:person} was in favour.|{q} supported the plan for {s}. {p} did not: {r}.|{p} is against the plan for {s} because {r}, unlike {q}.]
?? Why is {p} against the plan? | What does {p} have against the plan for {s}? | What is {p}'s reason to oppose it?
-> {r}
?? Who was for the plan for {s}? | Who is in favour of the plan for {s}?
-> {q}
?? Who opposes the plan for {s}? | Who is against the plan for {s}?
-> {p}
=== town: street closed
[{s:street} is closed to traffic from {a:date} to {b:date} because of {r:= a burst pipe; a street party; a film shoot; new tram rails; a marathon; fallen trees; a gas leak; the Christmas market; a demonstration; new cables; a sinkhole; a cycling race}. Buses go along {t:street}.|Because of {r}, no cars may use {s} between {a} and {b}; take {t} instead.|{a} to {b}: {s} closed ({r}). Diversion: {t}.]
?? Why is {s} closed? | What is the reason for closing {s}? | What is going on in {s}?
-> {r}
?? Which street should one use instead of {s}? | Where do the buses go while {s} is closed?
-> {t}
?? Until when is {s} closed? | When will {s} be open again: what is the last day?
-> {b}
?? From when on is {s} closed? | On what day does the closing of {s} begin?
-> {a}
=== town: lost and found
[{n:np} was handed in at {b:building} by {p:person}. The owner can fetch it until {d:date}.|{p} found {n} and took it to {b}, where it will be kept until {d}.|At {b} there is {n}, found by {p}; it stays there until {d}.]
?? What did {p} find? | What was handed in by {p}? | What is waiting for its owner at {b}?
-> {n}
?? Where can the owner fetch it? | Where did {p} take {n}?
-> {b}
?? Who found {n}? | Who handed in {n}?
-> {p}
?? Until when is {n} kept? | What is the last day to fetch {n}?
-> {d}
=== town: fire
[A fire broke out at {b:building} {t:when}. {^c:= a candle; an old heater; a cigarette; a short circuit; fireworks; lightning; an iron; a chip pan; a battery; welding work; a toaster; a spark from the stove} had started it; {k:count} people were hurt.|{b} burned {t}. The cause was {c}. {k} people were injured.|{k} people were hurt {t} in a fire at {b}, caused by {c}.]
?? What caused the fire at {b}? | How did the fire at {b} start? | What set {b} on fire?
-> {c}
?? How many were hurt at {b}? | How many people were injured in the fire at {b}?
-> {k}
?? When did {b} burn? | When did the fire break out at {b}?
-> {t.core}
=== town: new shop
[{s:shop} [has opened|opened] in {t:street}, where {o:shop} used to be. It sells {x:things}.|In {t}, {s} takes the place of {o}. You can buy {x} there.|{x} are on sale at {s}, the new shop in {t} (once {o}).]
?? What can one buy at {s}? | What does {s} sell?
-> {x}
?? In which street is {s}? | Where has {s} opened?
-> {t}
?? Which shop was there before {s}? | What used to be where {s} is now?
-> {o}
=== town: court
[The court in {c:city} ordered {p:person} to pay {m:money} for {r:= parking on the pavement; a broken fence; unpaid rent; selling false tickets; a stolen bicycle; insulting a neighbour; keeping bees without permission; a forged signature; felling an oak; fishing without a licence; noise at night; a bite of the dog}.|For {r}, {p} must pay {m}, a judge in {c} said.|{p} has to pay {m} because of {r}; so the court in {c} decided.]
?? What was {p} sentenced for? | For what must {p} pay? | What did {p} do wrong?
-> {r}
?? How much must {p} pay? | What sum was {p} ordered to pay?
-> {m}
?? Where is the court that judged {p}? | In which town was {p} sentenced?
-> {c}
=== town: library
[At the library, {p:person} borrowed "{t:title}" by {w:person}; it is due on {d:date}.|"{t}", written by {w}, is out until {d}: {p} has it.|{p} has "{t}" ({w}) on loan and must bring it back by {d}.]
?? Which book does {p} have? | What did {p} borrow? | Which title is {p} reading?
-> {t}
?? Who wrote "{t}"? | Who is the author of "{t}"? | By whom is "{t}"?
-> {w}
?? When must "{t}" be returned? | When is "{t}" due?
-> {d}
?? Who has "{t}"? | Who borrowed "{t}"?
-> {p}
=== town: museum
[The {m:museum} shows {x:things} from {c:country} until {d:date}. Admission is {a:fee}, children pay {b:fee}.|{^x} from {c} can be seen at the {m} (until {d}; adults {a}, children {b}).|Until {d}, the {m} has an exhibition of {x} from {c}. Tickets: {a}, for children {b}.]
?? What can be seen at the {m}? | What is the exhibition at the {m} about? | What does the {m} show?
-> {x}
?? What do children pay at the {m}? | How much is a child's ticket for the {m}?
-> {b}
?? What does an adult pay at the {m}? | How much is a normal ticket for the {m}?
-> {a}
?? Until when is the exhibition at the {m}? | What is the last day to see it at the {m}?
-> {d}
=== school: trip
[Class {k:= 3a; 4b; 5c; 6a; 7d; 8b; 9c; 2a; 1b; 10a} goes to {m:museum} on {d:weekday}. The bus leaves at {t:time}; {p:person} goes along as a helper.|On {d}, class {k} visits {m}, with {p} to help. Departure: {t}.|{p} accompanies class {k} to {m} on {d}; they set off at {t}.]
?? Where does class {k} go? | What is class {k}'s destination? | What does class {k} visit?
-> {m}
?? When does the bus of class {k} leave? | At what time does class {k} set off?
-> {t}
?? Who goes along with class {k}? | Who is the helper of class {k}?
-> {p}
?? On which day is the trip of class {k}? | When does class {k} travel?
-> {d}
=== school: what to bring
[Children should bring {a np:anynoun} and {b:food}; {c:things} must stay at home.|Please give your child {a np} and some {b}. {^c} are not allowed.|Not allowed: {c}. To be brought: {a np}, {b}.]
?? What must stay at home? | What are children not allowed to bring? | What is not allowed?
-> {c}
=== school: lesson
[{p:person} teaches {s:subject} in {r:room}, {q:person} {u:subject} in {x:room}.|In {r} there is {s} with {p}; {u}, with {q}, is in {x}.|{s}: {p}, {r}. {^u}: {q}, {x}.]
?? What does {p} teach? | Which subject is {p}'s?
-> {s}
?? Who teaches {u}? | Whose subject is {u}?
-> {q}
?? Where does {q} teach? | In which room is {q}?
-> {x}
?? Where is {p}'s lesson? | Which room does {p} use?
-> {r}
=== school: prize
[The first prize went to {p:person} for {x:np}, the second to {q:person} for {y:np}.|{p} won first prize with {x}; {q}, who had made {y}, came second.|With {y}, {q} was second. The winner was {p} with {x}.]
?? Who won? | Who got first prize? | Who made the winning entry?
-> {p}
?? Who came second? | To whom did the second prize go? | Who was the runner-up?
-> {q}
?? With what did {p} win? | What did {p} enter? | What was the winner's entry?
-> {x}
?? What did {q} enter? | With what did {q} come second?
-> {y}
=== club: choir
[The choir rehearses in {b:building} on {d:weekday} at {t:time}. The sopranos are led by {p:person}, the basses by {q:person}.|Rehearsals: {d}, {t}, {b}. {p} leads the sopranos and {q} the basses.|On {d} at {t} the singers meet in {b}; {p} is in charge of the sopranos, {q} of the basses.]
?? Where does the choir rehearse? | Where do the singers meet?
-> {b}
?? Who leads the basses? | Who is in charge of the basses? | The basses are whose job?
-> {q}
?? Who leads the sopranos? | Who is in charge of the high voices?
-> {p}
?? When are the rehearsals, on which day? | On which day does the choir meet?
-> {d}
=== club: match
[The {a:club} beat the {b:club} {x:= 3–1; 2–0; 4–2; 5–3; 1–0; 6–4; 21–15; 88–79; 13–9; 2–1; 31–24; 7–6}. {p:person} scored the [winning|last] point in minute {m:number}.|{x} was the result when the {b} lost to the {a}; the last point was scored by {p} in minute {m}.|The {b} lost {x} to the {a}. In minute {m}, {p} scored for the winners.]
?? Who won against the {b}? | Which team beat the {b}? | To whom did the {b} lose?
-> {a}
?? Who lost to the {a}? | Whom did the {a} beat?
-> {b}
?? Who scored? | Who scored for the {a}? | By whom was the last point scored?
-> {p}
?? What was the result of the {a} against the {b}? | How did the {b} and the {a} play?
-> {x}
?? In which minute did {p} score?
-> {m}
=== club: regatta
[In the regatta, the {a:ship} came first in {t:duration}, ahead of the {b:ship} and the {c:ship}. The {d:ship} [lost its mast|ran aground|capsized].|First the {a} ({t}), second the {b}, third the {c}. The {d} did not finish.]
?? Which boat won? | Who came first? | Which one was the fastest boat of the regatta?
-> {a}
?? Which boat was second? | Who came in after the {a}?
-> {b}
?? Which boat came third? | Who was behind the {b}?
-> {c}
?? Which boat did not finish? | Which boat had an accident?
-> {d}
=== club: treasurer
[{p:person}, the treasurer, reported an income of {a:money} and expenses of {b:money}. {q:person} checked the books.|The books, checked by {q}, show that {a} came in and {b} went out, said {p}, the treasurer.|Treasurer {p}: income {a}, spending {b}. Auditor: {q}.]
?? Who is the treasurer? | Who reported on the money? | Who keeps the club's money?
-> {p}
?? How much did the club take in? | What was the income?
-> {a}
?? How much was spent? | What were the expenses? | How much money went out?
-> {b}
?? Who checked the books? | Who is the auditor? | By whom were the accounts examined?
-> {q}
=== club: theatre
[In "{t:title}", {p:person} plays the {j:role} and {q:person} the {k:role}. {r:person} made the costumes.|The {j} is played by {p}, the {k} by {q}; the costumes for "{t}" are by {r}.|{r} sewed the costumes for "{t}". On stage: {p} (the {j}), {q} (the {k}).]
?? Who plays the {j}? | Who has the part of the {j}? | By whom is the {j} played?
-> {p}
?? Which part does {q} have? | What does {q} play in "{t}"? | Who is {q} on stage?
-> {k}
?? Who made the costumes for "{t}"? | Who sewed for "{t}"?
-> {r}
?? Who wrote "{t}"? | How long does "{t}" last?
-> unknown
=== club: hike
[The hike starts at {a:village}, climbs {m:mountain} and ends in {b:village}: {d:walk} in all. Rest at {h:building}.|From {a} over {m} to {b} it is {d}; we eat at {h}.|{d} long, the walk leads from {a} up {m} and down to {b}, with a break at {h}.]
?? Where does the hike start? | From where do the walkers set off?
-> {a}
?? Where does the hike end? | What is the last place of the walk? | Where do the walkers arrive?
-> {b}
?? Which mountain is climbed? | Over which mountain does the walk lead?
-> {m}
?? Where is the break? | Where do the walkers rest or eat?
-> {h}
?? How long is the hike? | What distance do the walkers cover?
-> {d}
`;
