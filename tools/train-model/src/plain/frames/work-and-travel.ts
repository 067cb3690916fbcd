/** Offices, software, laboratories, hospitals, farms, travel, weather, weddings, history. */
export const workAndTravelFrames = `
=== work: meeting
[The meeting is on {d:date} at {t:time} in {r:room}. {p:person} will take the minutes, {q:person} chairs.|{q} invites you to a meeting in {r} on {d} ({t}); {p} writes the minutes.|{d}, {t}, {r}: meeting. Chair: {q}. Minutes: {p}.]
?? Who takes the minutes? | Who writes down what is said? | Whose job are the minutes?
-> {p}
?? Who chairs the meeting? | Who is in the chair? | Who leads the meeting?
-> {q}
?? Where is the meeting? | In which room do they meet?
-> {r}
?? On what date is the meeting? | When is the meeting, which day?
-> {d}
?? At what time does the meeting begin? | What time is the meeting?
-> {t}
=== work: tasks
[{p:person} will {v:transitive.base} {o:object} by {d:weekday}, {q:person} will {w:transitive.base} {n:object}.|To do: {p} – {v} {o} (by {d}); {q} – {w} {n}.|It was agreed that {p} would {v} {o} by {d} and that {q} would {w} {n}.]
?? What is {p}'s task? | What will {p} do? | What did {p} agree to do?
-> {v} {o}
?? What is {q}'s task? | What will {q} do? | What has {q} got to do?
-> {w} {n}
?? By when must {p} be done? | Until which day does {p} have time?
-> {d}
?? Who will {w} {n}? | Whose task is it to {w} {n}?
-> {q}
=== work: sales
[In {y:year}, {c:company} sold {k:bignumber} {t:things}; a year later it was {l:bignumber}.|{c} sold {k} {t} in {y} and {l} the year after.|Sales of {c}: {k} {t} in {y}, {l} in the next year.]
?? How many {t} did {c} sell in {y}? | What number of {t} was sold by {c} in {y}?
-> {k}
?? How many {t} did {c} sell a year after {y}? | How many were sold in the following year by {c}?
-> {l}
?? What did {c} sell? | Which goods did {c} sell?
-> {t}
=== work: takeover
[{a:company} [bought|took over|acquired] {b:company} for {m:money}. {p:person} stays on as head.|For {m}, {b} now belongs to {a}; {p} remains in charge.|{b} was sold to {a} at a price of {m}. Its head will still be {p}.]
?? Who bought {b}? | To whom does {b} belong now? | Which company took over {b}?
-> {a}
?? How much did {a} pay for {b}? | What was the price of {b}?
-> {m}
?? Who remains head of {b}? | Who stays in charge?
-> {p}
=== work: software release
[Version {v:= 2.1; 3.4; 4.0; 1.8.2; 5.6; 0.9; 7.2; 2.14; 10.3; 6.0.1; 8.5; 12.1} of {n:product} can {f:= read old files; send reminders; print labels; work offline; draw charts; check spelling; translate menus; undo every step; merge lists; export tables; sort photographs; lock the screen}. {p:person} fixed the fault that {b:= closed the window; lost the last line; doubled every entry; stopped the clock; showed wrong dates; deleted backups; froze on Mondays; muted the sound; hid the menu; mixed up names; sent mails twice; drained the battery}.|{n} {v} is out. New: it can {f}. The fault that {b} was removed by {p}.|With version {v}, {n} can {f}; thanks to {p}, the fault that {b} is gone.]
?? What can {n} do now? | What is new in {n}? | What has been added to {n}?
-> {f}
?? Who fixed the fault in {n}? | Who removed the fault that {b}?
-> {p}
?? Which version of {n} is it? | What is the number of the new version of {n}?
-> {v}
?? What did the fault in {n} do? | What went wrong in {n} before?
-> {b}
=== work: server
[The server {s:coined} went down at {t:time}. {^c:= a full disk; a power cut; an expired certificate; a wrong setting; too many visitors; a broken fan; an update; a loose cable; a typing error; a cleaning trolley; a flooded room; an old driver} was to blame; {p:person} had it running again after {d:minutes}.|At {t}, {s} failed because of {c}. It took {p} {d} to repair it.|{p} repaired {s} within {d}; it had failed at {t} owing to {c}.]
?? Why did {s} fail? | What was the cause of the failure of {s}? | What was to blame for {s}?
-> {c}
?? Who repaired {s}? | Who got {s} running again?
-> {p}
?? When did {s} go down? | At what time did {s} fail?
-> {t}
?? For how long was {s} down? | How long did the repair of {s} take?
-> {d}
=== work: laboratory
[Sample {a:code} contained {x:percent} [zinc|salt|water|sugar], sample {b:code} {y:percent}. {p:person} measured both in {r:room}.|In {r}, {p} found {x} in sample {a} and {y} in sample {b}.|{p}'s results from {r}: {a} {x}, {b} {y}.]
?? What was the result for {a}? | How much was found in {a}? | Which value does sample {a} have?
-> {x}
?? How much was in {b}? | What is the value of sample {b}?
-> {y}
?? Who measured {a}? | Who examined the samples?
-> {p}
?? Which sample had {y}? | In which sample was {y} found?
-> {b}
=== work: hospital ward
[{p:person} in bed {n:number} has {i:illness} and gets {m:= an infusion; two tablets; eye drops; a bandage; a warm compress; an injection; vitamin C; an inhaler; a mild painkiller; ginger tea; a special diet; physiotherapy} {f:= every four hours; twice a day; at bedtime; in the morning; after meals; once a week; before breakfast; every evening}. {d:person} is {her/his@p} doctor.|Bed {n}: {p}, {i}. {^m} {f}. Doctor: {d}.|Doctor {d} wants {p} (bed {n}, {i}) to get {m} {f}.]
?? What is wrong with {p}? | Which illness does {p} have? | From what does {p} suffer?
-> {i}
?? What does {p} get? | What treatment does {p} receive? | How is {p} treated?
-> {m}
?? How often or when does {p} get it? | When is {p}'s treatment given?
-> {f}
?? In which bed is {p}? | What is {p}'s bed number?
-> {n}
?? Who is {p}'s doctor? | Who treats {p}?
-> {d}
=== work: job advert
[{c:company} is looking for {a j:job} in {t:city}, starting in {m:month}. Pay: {s:money} a month.|Wanted: {j} at {c} in {t}, from {m}, {s} a month.|From {m}, {c} needs {a j}; the place of work is {t} and the salary {s}.]
?? Whom is {c} looking for? | What job does {c} offer? | Which post is vacant at {c}?
-> {j}
?? How much does {c} pay? | What is the salary at {c}?
-> {s}
?? When does the job at {c} start? | From which month does {c} need somebody?
-> {m}
?? Where is the place of work for {c}? | In which town is the job at {c}?
-> {t}
=== work: order
[Order {n:code}: {k:count} {t:things} for {p:person}, to be delivered to {a:address} on {d:weekday}.|{p} ordered {k} {t} (order {n}); they go to {a} on {d}.|On {d}, order {n} with {k} {t} will be brought to {p}, {a}.]
?? Who ordered {n}? | For whom is order {n}? | Whose order is {n}?
-> {p}
?? What is in order {n}? | What did {p} order? | Which goods does {p} get?
-> {t}
?? Where is order {n} delivered? | To which address does {p}'s order go?
-> {a}
?? How many {t} did {p} order? | What quantity does {p} get?
-> {k}
?? On which day does order {n} arrive? | When is {n} delivered?
-> {d}
=== farm: harvest
[The farm in {v:village} harvested {w:weight} of {f:fruit}s and {x:weight} of {g:plants} in {m:month}.|In {m}, {w} of {f}s and {x} of {g} were brought in at {v}.|{v}, {m}: {f}s {w}, {g} {x}.]
?? How many {f}s were harvested in {v}? | What was the harvest of {f}s in {v}?
-> {w}
?? How much of the {g} did {v} bring in? | What was the harvest of {g} at {v}?
-> {x}
?? In which month was the harvest in {v}? | When did {v} harvest?
-> {m}
=== farm: animal escaped
[{a:animal} {n:first} escaped from the {k:placenoun} of {p:person} and was caught {w:where} by {q:person}.|{q} caught {n}, the {a} of {p}, {w}; it had run away from the {k}.|{n}, {a n2:= lively; rather old; very shy; clever; hungry; big; small; spotted} {a} that belongs to {p}, got out of the {k}. {q} found it {w}.]
?? Who caught {n}? | Who found {n}? | Thanks to whom is {n} back?
-> {q}
?? Where was {n} caught? | Where did {q} find {n}?
-> {w}
?? What kind of animal is {n}? | What is {n}?
-> {a}
?? Whose is {n}? | To whom does {n} belong?
-> {p}
?? From where did {n} escape? | What did {n} get out of?
-> {k}
=== farm: bakery
[{s:shop} bakes {k:number} loaves of {a:= rye bread; spelt bread; walnut bread; potato bread; sourdough; olive bread; milk bread; oat bread; barley bread; onion bread} a day. {p:person} starts at {t:time}; the oven was made in {c:city}.|At {t}, {p} lights the oven from {c} at {s}, where {k} loaves of {a} are made a day.|{p} gets up for {s} so early that work starts at {t}: {k} loaves of {a} leave the oven from {c} every day.]
?? How many loaves does {s} bake? | What is the number of loaves a day at {s}?
-> {k}
?? Which bread does {s} make? | What kind of bread comes from {s}?
-> {a}
?? When does {p} start work? | At what time does work start at {s}?
-> {t}
?? Where does the oven of {s} come from? | In which town was the oven made?
-> {c}
=== travel: train
[The {t:train} to {c:city} leaves at {d:time} from platform {n:count} and arrives at {a:time}. Change in {x:city}.|Take the {t} at {d} (platform {n}); change in {x}; you will be in {c} at {a}.|{c} can be reached with the {t}: departure {d}, platform {n}, change at {x}, arrival {a}.]
?? When does the {t} leave? | At what time does the train to {c} depart?
-> {d}
?? Where does one have to change for {c}? | Where do I change when I take the {t}?
-> {x}
?? When does one arrive in {c}? | What is the arrival time in {c}?
-> {a}
?? From which platform does the {t} go? | Where does the {t} stand: which platform?
-> {n}
?? Where does the {t} go? | What is the destination of the {t}?
-> {c}
=== travel: hotel booking
[{p:person} booked {k:count} nights at {h:hotel} for {m:money}, with a view of {v:= the lake; the car park; the harbour; the castle; the railway; the mountains; the old town; a brick wall; the garden; the river; the cathedral; the market}.|At {h}, {p} has a room with a view of {v} for {k} nights; it costs {m}.|{h} confirmed: {p}, {k} nights, {m}, view of {v}.]
?? Where does {p} stay? | Which hotel did {p} book?
-> {h}
?? What can {p} see from the room? | What is the view from {p}'s room?
-> {v}
?? For how many nights did {p} book? | How many nights does {p} stay?
-> {k}
?? How much does {p} pay at {h}? | What is the price of {p}'s stay?
-> {m}
=== travel: directions
[To get to {b:building}, turn {x:= left; right} at the {l:landmark}, walk {d:walk} and cross {s:street}.|{b}: at the {l} go {x}, then {d} straight on, over {s}.|You find {b} like this: {x} at the {l}, {d} on, then across {s}.]
?? Which way must I turn at the {l}? | At the {l}, do I go left or right?
-> {x}
?? Where must I turn to get to {b}? | At what do I turn on the way to {b}?
-> {l}
?? Which street does one cross on the way to {b}? | Over which street does the way to {b} go?
-> {s}
?? How far must I walk after the {l}? | What distance is it from the {l}?
-> {d}
=== travel: ferry
[The ferry {f:ship} crosses to {i:island} {k:count} times a day; the crossing takes {d:minutes}. A ticket is {m:fee}, a bicycle costs {n:fee} extra.|{k} times a day the {f} sails to {i} ({d}, {m}; bicycles {n}).|With the {f} one gets to {i} in {d} for {m}. Bicycles cost {n}. It goes {k} times a day.]
?? How often does the {f} sail? | How many times a day does the {f} go to {i}?
-> {k}
?? How long does the crossing to {i} take? | How much time does the {f} need to {i}?
-> {d}
?? What does a bicycle cost on the {f}? | How much more is it with a bicycle on the {f}?
-> {n}
?? What is the fare to {i}? | How much is a ticket for the {f}?
-> {m}
=== travel: weather
[In {c:city} it will be {x:= sunny; foggy; windy; rainy; cloudy; snowy; stormy; misty; dry; hot; icy; mild} with {t:temperature}, in {d:city} {y:= sunny; foggy; windy; rainy; cloudy; snowy; stormy; misty; dry; hot; icy; mild} with {u:temperature}.|{c}: {x}, {t}. {d}: {y}, {u}.|Expect {x} weather in {c} ({t}) and {y} weather in {d} ({u}).]
?? What will the weather be like in {c}? | How will the weather be in {c}?
-> {x}
?? What will it be like outside in {d}? | What sort of weather does {d} get?
-> {y}
?? How warm will it be in {d}? | What temperature is expected in {d}?
-> {u}
?? What temperature will {c} have? | How many degrees will it be in {c}?
-> {t}
=== travel: suitcase
[The suitcase of {p:person} went to {a:city} instead of {b:city}. It is {c:colour} and has {n:np} tied to it.|{p} flew to {b}, the suitcase to {a}. One can tell it by {n}; its colour is {c}.|Instead of {b}, {p}'s {c} suitcase, marked with {n}, landed in {a}.]
?? Where did {p}'s suitcase end up? | Where is the suitcase of {p} now?
-> {a}
?? Where should {p}'s suitcase have gone? | Where did {p} travel?
-> {b}
?? What colour is {p}'s suitcase?
-> {c}
?? How can one tell {p}'s suitcase? | What marks {p}'s suitcase?
-> {n}
=== family: wedding
[{a:woman} married {b:man} in {c:city} on {d:date}. {p:person} baked the cake and {q:person} played the {i:instrument}.|On {d}, {b} and {a} were married in {c}; the cake was made by {p}, and {q} played the {i}.|{q} played the {i} when {a} and {b} got married ({c}, {d}). The cake: {p}.]
?? Whom did {a} marry? | Who is {a}'s husband?
-> {b}
?? Who is {b}'s wife? | Whom did {b} marry?
-> {a}
?? Who made the cake for {a} and {b}? | By whom was the wedding cake baked?
-> {p}
?? What did {q} play? | Which instrument was played by {q}?
-> {i}
?? Who made music at the wedding of {a}? | Who played the {i}?
-> {q}
?? Where was {a}'s wedding? | In which town did {b} marry?
-> {c}
=== family: children
[{p:person} has two children: {a:first}, who is {x:age}, and {b:first}, who is {y:age}.|{p}'s children are {a} ({x}) and {b} ({y}).|{a} is {x} and {b} is {y}; both are children of {p}.]
?? How old is {a}? | What is {a}'s age?
-> {x}
?? How old is {b}? | What age is {b}?
-> {y}
?? Whose child is {b}? | Who is the parent of {a}?
-> {p}
?? What are the names of {p}'s children? | What are {p}'s children called?
-> {a} ; {b}
=== family: present
[For {her/his@p} birthday, {p:person} got {x:np} from {q:person} and {y:np} from {r:person}.|{q} gave {p} {x}; from {r} came {y}.|{p} unwrapped {x} ({q}) and {y} ({r}).]
?? What did {q} give {p}? | What did {p} get from {q}? | What was {q}'s present?
-> {x}
?? What did {p} get from {r}? | What was {r}'s present?
-> {y}
?? Who gave {p} {x}? | From whom is {x}?
-> {q}
=== family: pet
[{p:person} has {a a:animal} called {n:first} that eats nothing but {f:food}.|{n} is the name of {p}'s {a}; it likes only {f}.|{p}'s {a}, {n}, lives on {f}.]
?? What is {p}'s {a} called? | What is the name of {p}'s pet?
-> {n}
?? What kind of animal is {n}? | Which animal does {p} keep?
-> {a}
?? What does {n} eat? | What is {n}'s food?
-> {f}
=== history: building
[{b:building} was built in {y:year} by {p:person} as {x:= a granary; a prison; a hospital; a tea house; a customs office; a school for girls; a brewery; a chapel; a stable; a watchtower; a cotton mill; a bathhouse}; today it is {z:= a library; a cinema; a youth hostel; an archive; a bank; a nursery; a restaurant; a radio station; a dance school; a museum; a court; a bicycle shop}.|Once {x}, today {z}: {b}, built by {p} in {y}.|{p} built {b} in {y}. It served as {x} and is now {z}.]
?? What was {b} at first? | As what did {b} serve in the past? | What was {b} built as?
-> {x}
?? What is {b} today? | What is {b} used as now?
-> {z}
?? Who built {b}? | Who was the architect of {b}?
-> {p}
?? When was {b} built? | From which year is {b}?
-> {y}
=== history: invention
[{p:person} invented the {w:coined} in {y:year} while looking for {x:np}.|The {w} was invented in {y} by {p}, who had been looking for {x}.|Looking for {x}, {p} came upon the {w} in {y}.]
?? Who invented the {w}? | Whose invention is the {w}? | By whom was the {w} invented?
-> {p}
?? When was the {w} invented? | In which year did {p} invent something?
-> {y}
?? What had {p} been looking for? | What was {p} really after?
-> {x}
?? What did {p} invent? | What is {p}'s invention called?
-> {w}
=== history: expedition
[{p:person} set out from {a:city} in {y:year} with {k:count} companions and reached {i:island} after {d:duration}.|In {y}, {p} and {k} others left {a}; {d} later they stood on {i}.|{i} was reached by {p} after {d}. The journey had begun in {a} in {y}, with {k} companions.]
?? What did {p} reach? | Where did {p} arrive? | What was the goal that {p} came to?
-> {i}
?? From where did {p} set out? | Where did {p}'s journey begin?
-> {a}
?? How many companions did {p} have? | With how many others did {p} travel?
-> {k}
?? How long was {p} on the way? | How long did it take {p} to get there?
-> {d}
=== nature: river
[The {r:river} rises on {m:mountain}, flows past {a:village} and joins the {s:river} near {b:village}. It is {d:distance} long.|{d} long, the {r} comes from {m}, passes {a} and flows into the {s} near {b}.|Rising on {m}, the {r} ({d}) runs by {a}. Near {b} it meets the {s}.]
?? Where does the {r} rise? | What is the source of the {r}? | On which mountain does the {r} begin?
-> {m}
?? Into which river does the {r} flow? | Which river does the {r} join?
-> {s}
?? How long is the {r}? | What is the length of the {r}?
-> {d}
?? Which village does the {r} pass first? | Past which place does the {r} flow on its way?
-> {a}
=== nature: animals seen
[{p:person} saw {k:count} {a:animals} and {l:count} {b:animals} near {v:village}.|Near {v}, {p} counted {a} ({k}) and {b} ({l}).|{k} {a} were seen near {v}, besides {l} {b}; {p} counted them.]
?? How many {a} did {p} see? | What was the number of {a} near {v}?
-> {k}
?? How many {b} were there near {v}? | How many {b} did {p} count?
-> {l}
?? Who counted the {a}? | Who saw the {b}?
-> {p}
=== nature: plant care
[The {p:plant} likes {x:= shade; full sun; damp soil; dry sand; chalky ground; a windless corner; cool nights; much water; half shade; acid soil} and flowers in {m:month}; the {q:plant} flowers in {n:month}.|In {m} the {p} flowers, provided it has {x}. The {q} follows in {n}.|{p}: {x}, flowers in {m}. {^q}: flowers in {n}.]
?? What does the {p} like? | What does the {p} need?
-> {x}
?? When does the {p} flower? | In which month does the {p} bloom?
-> {m}
?? When does the {q} bloom? | In what month is the {q} in flower?
-> {n}
`;
