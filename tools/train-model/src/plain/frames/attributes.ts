/** What things are, have, cost and mean; where they stand; how things of one kind compare. */
export const attributeFrames = `
=== any: price of three models
[The {n:anynoun} comes in three versions: the {c1:colour} one costs {m1:money}, the {c2:colour} one {m2:money} and the {c3:colour} one {m3:money}.|Prices of the {n}: {c1} {m1}, {c2} {m2}, {c3} {m3}.|For the {c1} {n} they ask {m1}, for the {c2} one {m2}; the {c3} one is {m3}.|The {c1} {n} costs {m1}. The {c2} one is cheaper or dearer, depending on the day, but today it is {m2}. You can have the {c3} one for {m3}.]
?? What is the price of the {c1} {n}? | How much is the {c1} {n}? | What does the {c1} {n} cost? | The {c1} {n} costs how much?
-> {m1}
?? What is the price of the {c2} {n}? | How much does the {c2} {n} cost? | What must one pay for the {c2} {n}?
-> {m2}
?? How much is the {c3} {n}? | What does one pay for the {c3} {n}?
-> {m3}
?? Which {n} costs {m2}? | What colour is the {n} that costs {m2}?
-> {c2}
=== any: possession with any noun
[{p:person}'s {n:anynoun} is {c:description}, {q:person}'s is {d:description}.|The {n} of {p} is {c}; that of {q} is {d}.|{p} has {a c} {n}, {q} {a d} one.|While {p}'s {n} is {c}, the one of {q} is {d}.]
?? What is {p}'s {n} like? | Of what kind is {p}'s {n}? | How is the {n} of {p} described?
-> {c}
?? What is {q}'s {n} like? | How would you describe {q}'s {n}, by the text?
-> {d}
?? Who has {a c} {n}? | Whose {n} is {c}?
-> {p}
?? Who has {a d} {n}? | Whose {n} is {d}?
-> {q}
=== any: number of something
[{p:person}'s {n:= extension; locker; seat; badge; room; starting number; customer number; desk; ticket; account; case; berth; parking space; raffle number} is {x:number}, {q:person}'s is {y:number}.|{p} got {n} {x}; {q} got {n} {y}.|Please note: {n} {x} is for {p}, {n} {y} for {q}.|The {n} of {p} is {x}. {q} has {y}.]
?? What is {p}'s {n}? | Which {n} does {p} have? | What is the {n} of {p}?
-> {x}
?? What is {q}'s {n}? | Which {n} is {q}'s? | Which {n} did {q} get?
-> {y}
?? Whose {n} is {x}? | Who has {n} {x}?
-> {p}
=== any: odd property of a thing
[The {a:anynoun} of the {o:object} is {c:description}.|{o} has {a c} {a}.|{o} is easy to recognise by its {c} {a}.|With its {c} {a}, {o} is hard to miss.|There is {a c} {a} on {o}.]
?? What is the {a} of {o} like? | How is the {a} of {o} described? | Of what kind is the {a} of {o}?
-> {c}
?? What on {o} is {c}? | By what is {o} easy to recognise? | Which part of {o} is {c}?
-> {a}
=== any: where is it kept
[{o:object} is kept {w:where}.|You will find {o} {w}.|{^w} there is {o}.|{o} [stands|lies|can be found] {w}, not {w2:where}.|{^w} stands {o}.|We keep {o} {w}; {q:object} is {w2}.]
?? Where is {o}? | Where do I find {o}? | Where can {o} be found? | In what place should I look for {o}?
-> {w}
?? What is {w}? | What is kept {w}? | What does one find {w}?
-> {o}
=== any: there is
[There is {n:np} {r:near} the {l:landmark}.|{^r} the {l} there is {n}.|{^n} stands {r} the {l}.|If you go to the {l}, you will see {n} {r} it.]
?? What is {r} the {l}? | What can be seen {r} the {l}? | What stands {r} the {l}?
-> {n}
=== any: moved
[{o:object} was moved from {r1:room} to {r2:room} {t:when}.|{t}, {o} was taken out of {r1}. It is now in {r2}.|{o}, formerly in {r1}, is now in {r2}.|{o} used to be in {r1}; since then it has been in {r2}.]
?? Where is {o} now? | In which room is {o} today? | Where was {o} moved to? | Where do I find {o}?
-> {r2}
?? Where was {o} before? | Where was {o} earlier? | In which room did {o} use to be? | From where was {o} moved?
-> {r1}
=== any: not then but then
[The {e:event} [will not be|is not] on {d1:weekday} but on {d2:weekday}.|The {e} has been moved from {d1} to {d2}.|The {e}, first planned for {d1}, now takes place on {d2}.|Correction: the {e} is on {d2}, not on {d1} as printed.|Instead of {d1}, the {e} will be held on {d2}.]
?? When is the {e}? | On which day is the {e}? | When does the {e} take place? | On what day should I come to the {e}?
-> {d2}
?? When was the {e} planned at first? | What was the earlier day of the {e}? | On which day will there be no {e} after all?
-> {d1}
=== any: price went up
[The price of {o:object} was changed from {m1:money} to {m2:money}.|{o} used to cost {m1}; now it is {m2}.|{o} costs {m2} now. Last year it was {m1}.|A year ago one paid {m1} for {o}, today {m2}.]
?? How much does {o} cost now? | What is the price of {o} today? | What must I pay for {o} now? | How much is {o}?
-> {m2}
?? What did {o} cost before? | What was the old price of {o}? | How much was {o} earlier?
-> {m1}
=== any: belongs to
[{o:object} belongs to {p:person}, {o2:object} to {q:person}.|{p} owns {o}; {o2} is {q}'s.|The owner of {o} is {p}, and that of {o2} is {q}.|{o} is the property of {p}. {^o2}, on the other hand, belongs to {q}.]
?? Whose is {o}? | To whom does {o} belong? | Who owns {o}? | Who is the owner of {o}?
-> {p}
?? Who owns {o2}? | Who does {o2} belong to? | Whose property is {o2}?
-> {q}
?? What does {p} own? | What belongs to {p}? | Which thing is {p}'s?
-> {o}
=== any: made of
[{o:object} is made of {m:material}, {o2:object} of {m2:material}.|They made {o} out of {m} and {o2} out of {m2}.|{o} consists of {m}; for {o2} they took {m2}.]
?? What is {o} made of? | Which material was used for {o}? | What does {o} consist of?
-> {m}
?? What is {o2} made of? | Out of what did they make {o2}?
-> {m2}
?? Which thing is made of {m2}? | What is made of {m2}?
-> {o2}
=== any: measurements
[{o:object} is {h:length} high and {w:length} wide[ and weighs {g:weight}|, weighing {g}].|{o} has a height of {h} and a width of {w}; its weight is {g}.|{o} measures {h} in height, {w} in width. It weighs {g}.]
?? How high is {o}? | What is the height of {o}? | How tall is {o}?
-> {h}
?? How wide is {o}? | What is the width of {o}? | What does {o} measure in width?
-> {w}
?? How much does {o} weigh? | What is the weight of {o}? | How heavy is {o}?
-> {g}
=== any: superlative of three
[Of the three, {o1:object} is the [oldest|heaviest|largest|most valuable], {o2:object} the [smallest|cheapest|newest] and {o3:object} the most beautiful.|{o3} is the most beautiful of all; {o1} is the oldest, {o2} the newest.]
?? Which is the most beautiful? | What is the most beautiful of the three? | Which of the three is the most beautiful?
-> {o3}
=== any: coined word
[{A w:coined} is {a k:kind} [that is common|known|which people know] in {c:country}.|In {c}, {a k} called {w} is common.|The word "{w}" means {a k} from {c}.|"{w}" is what people in {c} call a certain {k}.|The {w}, {a k}, comes from {c}.]
?? What is {a w}? | What does the word {w} mean? | What kind of thing is {a w}? | Explain {w}.
-> {k}
?? Where does the {w} come from? | In which country does one find {a w}? | In what country do people know the {w}?
-> {c}
?? What is the {k} from {c} called? | What do people in {c} call the {k}? | What is the word for the {k} in {c}?
-> {w}
=== any: coined tool
[{a w:coined} is used to {v:transitive.base} {n:np}.|With {a w} one can {v} {n}.|People use {a w} to {v} {n}.|To {v} {n}, one takes {a w}.]
?? What is {a w} used for? | What can one do with {a w}? | For what do people use {a w}?
-> {v} {n}
?? What does one take to {v} {n}? | What is used to {v} {n}?
-> {w}
=== any: meaning of a sign
[If the {c:colour} lamp of the {d:product} [lights up|blinks|flashes], {m:= the battery is empty; the door is open; the filter is full; the paper has run out; the water is too hot; there is no signal; a part must be oiled; the memory is full; the lid is not closed; the motor is too warm; the tank is empty; the cable is loose}.|On the {d}, {a c} light means that {m}.|{A c} light on the {d} tells you that {m}.|{d}: {c} light = {m}.]
?? What does the {c} light on the {d} mean? | Why does the {d} show {a c} light? | What has happened when the {c} lamp of the {d} is on?
-> {m}
?? Which colour does the {d} show when {m}? | What colour is the light of the {d} when {m}?
-> {c}
=== any: what to do if
[If {i:= the alarm rings; the power fails; the door is jammed; a fuse blows; the pump stops; somebody faints; the pipe leaks; the screen stays black; a wheel comes off; the lift stops; it smells of gas; a window breaks; the key is lost; the ink runs out}, {a:= call the caretaker; press the red button; leave by the back door; switch off the mains; tell the office at once; wait for ten minutes; pull the lever down; open all windows; write it in the book; ring twice; take the stairs; use the spare one; count to thirty; fetch the blanket; turn the key to the left}.|What to do if {i}: {a}.|Should it happen that {i}, {a}.|In case {i}, please {a}.|{^a} if {i}.]
?? What should I do if {i}? | What do I do when {i}? | What must be done if {i}?
-> {a}
?? When should I {a}? | In what case must one {a}?
-> {i}
=== any: apposition
[{p:person}, {a j:job} from {c:city}, {v:transitive.past} {o:object}.|{p}, who is {a j}, comes from {c}.|{p} is {a j} and lives in {c}.|The {j} {p} has lived in {c} for {d:duration}.|Meet {p}, {a j} from {c}.]
?? What is {p}'s job? | What does {p} do for a living? | What does {p} work as? | What is {p.first}'s profession?
-> {j}
?? Where is {p} from or living? | In which town does {p} live? | What is {p}'s town?
-> {c}
=== any: relatives
[{p:person} is {q:person}'s {r:= sister-in-law; cousin; neighbour; boss; godchild; landlord; tenant; dentist; teacher; cousin once removed; flatmate; lawyer; business partner; piano teacher; colleague; best friend}.|{q}'s {r} is {p}.|{p}, the {r} of {q}, came along.|{p} (the {r} of {q}) will be there as well.]
?? Who is {q}'s {r}? | What is the name of {q}'s {r}? | Who is the {r} of {q}?
-> {p}
?? Who is {p}? | What is {p} to {q}? | How do {p} and {q} know each other: what is {p}?
-> {r}
?? Whose {r} is {p}? | Of whom is {p} the {r}?
-> {q}
=== any: likes
[{p:person} likes {f:food} best, {q:person} prefers {g:food}.|{p} is fond of {f}, but cannot stand {g}; {q} loves {g}.|If you ask {p}, nothing beats {f}. {q} would rather have {g}.]
?? What does {p} like? | What is {p} fond of? | What does {p} enjoy most?
-> {f}
?? What does {q} like? | What does {q} prefer? | What is {q}'s favourite?
-> {g}
=== any: opinion
["It is {w:opinion}," said {p:person} about {o:object}.|{p} called {o} {w}.|{p} finds {o} {w}; {q:person} thinks it is {x:opinion}.|For {p}, {o} is {w}. {q} disagrees: in {her/his@q} view it is {x}.|About {o}, {p} says it is {w}.]
?? What does {p} think of {o}? | How does {p} find {o}? | What is {p}'s opinion of {o}? | What did {p} call {o}?
-> {w}
?? Who thinks that {o} is {w}? | Who said it was {w} about {o}? | In whose opinion is {o} {w}?
-> {p}
=== any: quoted speech
["{t:quote}" [These were the words of {p:person}.|That is what {p} said {w:where}.|said {p}, {a j:job}.]|{p} said: "{t}"|{p}, {a j}, put it like this: "{t}"|As {p} put it: "{t}"]
?? Who said: "{t}" | Whose words are these: "{t}" | Who is quoted with "{t}"
-> {p}
=== any: told somebody
[{p:person} told {q:person} that {r:reason}.|{q} learned from {p} that {r}.|It was {p} who told {q} that {r}.|"You know, {r}," {p} said to {q}.]
?? What did {p} tell {q}? | What did {q} learn from {p}? | What did {p} say to {q}?
-> {r}
?? Who told {q} that {r}? | From whom does {q} know that {r}?
-> {p}
?? Whom did {p} tell that {r}? | To whom did {p} say it?
-> {q}
=== any: afraid of
[{p:person} is afraid of {a:animals}, {q:person} of {b:animals}.|{p} runs away from {a}; {q} does the same when {she/he@q} sees {b}.|Nothing frightens {p} more than {a}. {q} fears only {b}.]
?? What is {p} afraid of? | What frightens {p}? | Which animals does {p} fear?
-> {a}
?? What is {q} afraid of? | What does {q} fear? | What scares {q}?
-> {b}
=== any: how many
[There are {k:count} {t:things} {w:where}[ and {m:count} {u:things} {x:where}|].|{p:person} counted {k} {t} {w}.|{^w}, there were {k} {t}.|We need {k} {t} {w}.]
?? How many {t} are there {w}? | How many {t} are {w}? | What is the number of {t} {w}?
-> {k}
?? What are there {k} of {w}? | What did one count {w}?
-> {t}
=== any: range
[{o:object} [costs between|is sold for between] {m1:= £3; €4.50; $5; 6 euros; £7.20; €8; nine dollars; £9.99; €2.80; 5.40 francs; $8.75; four pounds} and {m2:= £12; €15.50; $24; 30 euros; £47.20; €88; ninety dollars; £19.99; €62; 75.40 francs; $18.75; forty pounds}.|Expect to pay {m1} to {m2} for {o}.|The cheapest offer for {o} was {m1}, the dearest {m2}.]
?? What is the most one pays for {o}? | What is the highest price of {o}? | How much is {o} at most?
-> {m2}
?? What is the least one pays for {o}? | What is the lowest price of {o}? | How much is {o} at least?
-> {m1}
=== any: opening and closing
[{s:shop} opens at {t1:time} and closes at {t2:time}.|{s} is open from {t1} to {t2}.|Opening hours of {s}: {t1} – {t2}.|You can go to {s} between {t1} and {t2}, but not on {d:weekday}.]
?? When does {s} open? | From what time is {s} open? | How early can I go to {s}?
-> {t1}
?? When does {s} close? | Until when is {s} open? | How late can I still go to {s}?
-> {t2}
=== any: born and died
[{p:person} was born in {c:city} in {y:year}[ and died in {d:city}|].|Born in {c} in {y}, {p} became {a j:job}.|{p} ({c}, born {y}) worked as {a j}.|{p}, {a j}, came into the world in {c} in {y}.]
?? When was {p} born? | In which year was {p} born? | What is {p}'s year of birth?
-> {y}
?? Where was {p} born? | What is the birthplace of {p}? | In which town did {p} come into the world?
-> {c}
=== any: founder
[{c:company} was founded by {p:person} in {y:year}.|In {y}, {p} founded {c}.|{p} started {c} in {y} with {k:count} workers.|The founder of {c} is {p}; it has existed since {y}.]
?? Who founded {c}? | Who is the founder of {c}? | Who started {c}? | To whom does {c} owe its existence?
-> {p}
?? When was {c} founded? | Since when does {c} exist? | In which year was {c} started?
-> {y}
=== any: distance and way
[It is {d:distance} from {a:village} to {b:village}, about {t:duration} by {v:vehicle}.|From {a} to {b} one has to go {d}, which takes {t}.|{a} and {b} are {d} apart; the trip takes {t}.]
?? How far is it from {a} to {b}? | What is the distance between {a} and {b}?
-> {d}
?? How long does it take from {a} to {b}? | How much time must one allow for the way from {a} to {b}?
-> {t}
=== any: secret and code
[The code of the {o:object} is {c:code}, the one of {q:object} is {d:code}.|To open {o}, enter {c}; for {q} it is {d}.|{o}: {c}. {^q}: {d}.|One opens {o} with {c} and {q} with {d}.]
?? What is the code of {o}? | Which code opens {o}? | What do I enter for {o}? | How do I open {o}?
-> {c}
?? What is the code of {q}? | With what does one open {q}? | Which code is for {q}?
-> {d}
=== any: wifi and passwords
[The password [for|of] {s:building} is {w:password}.|To log in at {s}, use the password {w}.|{s} network: password {w}.|In {s} the Wi-Fi key is {w}.]
?? What is the password of {s}? | How do I log in at {s}? | Which key does the network in {s} have? | Password for {s}?
-> {w}
=== any: contact
[Questions about {o:object}? Call {p:person} on {n:phone} or write to {e:email}.|For anything concerning {o}, {p} can be reached at {n} or {e}.|{p} answers questions about {o} (phone {n}, email {e}).]
?? Whom should I ask about {o}? | Who answers questions about {o}? | Who is responsible for {o}?
-> {p}
?? What is {p}'s phone number? | Under which number can I reach {p}? | How do I call {p}?
-> {n}
?? What is {p}'s email address? | Where can I write to {p}? | To which address should an email to {p} go?
-> {e}
=== any: cause and effect
[Because {r:reason}, the {e:event} was [cancelled|postponed|held indoors].|The {e} could not go ahead as planned: {r}.|{r}, so the {e} had to be put off.|Why was there no {e}? Because {r}.]
?? Why was the {e} not held as planned? | What was wrong with the {e}? | What upset the plans for the {e}?
-> {r}
=== any: more than
[{p:person} has {k:number} {t:things}, {q:person} {m:number}.|{q} has {m} {t} and {p} {k}.|{p} collected {k} {t}; {q} got {m}.]
?? How many {t} does {p} have? | How many {t} did {p} get together?
-> {k}
?? How many {t} does {q} have? | What is the number of {t} that {q} has?
-> {m}
=== any: replaced by
[{p:person} will be replaced by {q:person} as {j:job} of {c:company}.|{q} takes over from {p} as {j} at {c}.|At {c}, {q} follows {p} as {j}.|{p} is leaving {c}; {q} will be the new {j}.]
?? Who is the new {j} of {c}? | Who takes over from {p}? | Who follows {p}?
-> {q}
?? Who was {j} of {c} before? | Who is leaving {c}? | Whom does {q} replace?
-> {p}
=== any: height record
[At {h:length}, {o:object} is the tallest in {c:city}; {o2:object} measures {g:length}.|{o} in {c} is {h} tall and so beats {o2} with {g}.]
?? How tall is {o}? | What is the height of {o}?
-> {h}
?? How tall is {o2}? | What does {o2} measure?
-> {g}
=== any: yes or no fact
[{o:object} is for sale, {o2:object} is not.|You may buy {o}, but {o2} is not for sale.]
?? Is {o} for sale? | Can I buy {o}?
-> yes
?? Is {o2} for sale? | Can I buy {o2}?
-> no
=== any: allowed and forbidden
[Visitors may touch {o:object}, but not {o2:object}.|It is allowed to use {o}; {o2} must not be used.|Nobody may use {o2}. {^o} is free for all.]
?? May I use {o}? | Is it allowed to use {o}?
-> yes
?? May I use {o2}? | Is it allowed to use {o2}?
-> no
?? What must not be touched or used? | Which thing is forbidden?
-> {o2}
=== any: looks like
[{p:person} has {h:colour} hair and wears {a c:colour} {g:= scarf; coat; hat; cap; jumper; jacket; waistcoat; beret; tie; dress; shirt; raincoat}.|You will recognise {p} by {her/his@p} {c} {g}; {her/his@p} hair is {h}.|{p}, with {h} hair, always wears {a c} {g}.]
?? What colour is {p}'s {g}? | Which colour is the {g} of {p}?
-> {c}
?? What colour is {p}'s hair? | Which colour of hair does {p} have?
-> {h}
?? What does {p} wear? | By which piece of clothing can one recognise {p}?
-> {g}
=== any: learned from
[{p:person} learned {l:language} from {q:person} in {c:city}.|In {c}, {q} taught {p} {l}.|It was {q} who taught {l} to {p}, back in {c}.]
?? Which language did {p} learn? | What did {q} teach {p}?
-> {l}
?? Who taught {p}? | From whom did {p} learn {l}? | Who was {p}'s teacher?
-> {q}
?? Where did {p} learn {l}? | In which town was {p} taught?
-> {c}
=== any: part of it unknown
[{o:object} was found {w:where} {t:when}. Nobody knows whose it is.|{t}, somebody found {o} {w}; the owner is not known.|{^w}, {o} turned up {t}. It is not clear who lost it.]
?? Where was {o} found? | Where did {o} turn up?
-> {w}
?? When was {o} found? | When did {o} turn up?
-> {t.core}
?? Whose is {o}? | Who lost {o}? | Who is the owner of {o}?
-> unknown
=== any: asked for a missing attribute
[{p:person} bought {o:object} from {q:person}.|{q} sold {o} to {p}.|{o} went from {q} to {p}, who bought it.]
?? Who sold {o}? | From whom did {p} buy {o}? | Who was the seller of {o}?
-> {q}
?? Who bought {o}? | Who is the buyer of {o}? | To whom was {o} sold?
-> {p}
?? How much did {p} pay for {o}? | What was the price of {o}? | In which year did {p} buy {o}?
-> unknown
`;
