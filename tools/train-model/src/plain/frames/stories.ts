/** Two or three sentences that refer back with pronouns and other words; conversations; classes of things. */
export const storyFrames = `
=== any: she or he did it
[{p:person} came in {t:when} with {n:np}. {She/He@p} put it {w:where} and left without a word.|{t}, {p} brought {n}. It was put {w}; then {she/he@p} left.|With {n} under {her/his@p} arm, {p} appeared {t}. {She/He@p} left it {w}.]
?? What did {p} bring? | What did {p} have when {she/he@p} came? | What was {p} carrying?
-> {n}
?? Where did {p} put {n}? | Where is {n} now? | Where was {n} left?
-> {w}
?? When did {p} appear? | When did {p} come?
-> {t.core}
?? Who brought {n}? | Who left {n} behind?
-> {p}
=== any: two people and pronouns
[{p:woman} met {q:man} in {c:city}. She gave him {n:np}, he gave her {m:np}.|When {q} saw {p} in {c}, he handed her {m}; in return he got {n}.|In {c}, {p} and {q} exchanged presents: {n} from her, {m} from him.]
?? What did {p} give {q}? | What did {q} get from {p}? | What was {p}'s present?
-> {n}
?? What did {q} give {p}? | What did {p} receive? | What was {q}'s present?
-> {m}
?? Where did {p} and {q} meet? | In which town did {p} see {q}?
-> {c}
=== any: it was sold
[{p:person} had {o:object} for {d:duration}. Then {she/he@p} sold it to {q:person} for {m:money}.|After {d}, {p} parted with {o}: {q} paid {her/him@p} {m} for it.|{q} bought {o} from {p}, who had owned it for {d}. The price was {m}.]
?? How much did {q} pay? | For how much did {p} sell {o}? | What was the price of {o}?
-> {m}
?? How long did {p} have {o}? | For how long was {o} {p}'s?
-> {d}
?? Who has {o} now? | To whom did {p} sell {o}? | Whose is {o} today?
-> {q}
?? Who owned {o} at first? | Whose was {o} before?
-> {p}
=== any: conversation with a question
["Where is {o:object}?" asked {p:person}. "{^w:where}," {q:person} answered.|{p} wanted to know where {o} was. {q} knew: {w}.|{p} asked {q} about {o} and was told to look {w}.]
?? Where is {o}? | What did {q} answer when asked about {o}? | In which place should {p} look?
-> {w}
?? Who asked about {o}? | Who was looking for {o}? | Who did not know where {o} was?
-> {p}
?? Who knew where {o} was? | Who answered {p}?
-> {q}
=== any: conversation about a time
["When are you leaving?" {p:person} asked. "{^t:when}," said {q:person}, "and I'm taking {o:object}."|{q} told {p} that {she/he@q} was leaving {t} and taking {o} along.]
?? What is {q} taking? | What does {q} want to take along?
-> {o}
?? Who is leaving? | Who told {p} about leaving?
-> {q}
=== any: class of things
[A {k:coined} is {a g:kind}; a {l:coined} is also one, but {x:description}.|Both the {k} and the {l} are kinds of {g}; only the {l} is {x}.|There are two kinds of {g} here: the {k} and the {l}. The latter is {x}.]
?? What is {a l} like, unlike {a k}? | How does {a l} differ? | What is special about the {l}?
-> {x}
?? Which one is {x}, the {k} or the {l}? | Which of the two is {x}?
-> {l}
=== any: former and latter
[{p:person} and {q:person} both applied. The former is {a j:job}, the latter {a k:job}.|There were two applicants: {p}, {a j}, and {q}, {a k}.|Of {p} and {q}, only the second is {a k}; the first works as {a j}.]
?? What is {p}'s job? | What does {p} do? | As what does {p} work?
-> {j}
?? What is {q}'s job? | What does {q} do? | What is {q} by trade?
-> {k}
?? Which applicant is {a k}? | Who works as {a k}?
-> {q}
=== any: one each
[{p:person}, {q:person} and {r:person} each got something: {n:np}, {m:np} and {o:np}, in this order.|{p} got {n}, {q} got {m} and {r} {o}.|{n} went to {p}, {m} to {q} and {o} to {r}.]
?? What did {q} get? | What was given to {q}? | What has {q} now?
-> {m}
?? What did {r} get? | What went to {r}?
-> {o}
?? Who got {n}? | To whom did {n} go?
-> {p}
=== any: rumour denied
[It is not true that {s:agent} wants to {v:transitive.base} {o:object}. {^s} said: "We only want to {w:transitive.base} it."|Some say {s} will {v} {o}. {s} denies this and only wants to {w} it.]
?? What does {s} really want to do with {o}? | What is the true plan for {o}? | What does {s} only want?
-> {w} it
?? Does {s} want to {v} {o}? | Is it true that {s} wants to {v} {o}?
-> no
=== any: instead of
[Instead of {o:object}, {s:agent} {v:transitive.past} {n:object}.|{s} {v.past} {n}, although {o} had been meant.|{s} should have {v.participle} {o} but {v.past} {n}.|By mistake, {n} was {v.participle} by {s} and not {o}.]
?? What did {s} {v.base}? | What was really {v.participle}? | Which thing was {v.participle} by {s}?
-> {n}
?? What should {s} have {v.participle}? | What was meant to be {v.participle}?
-> {o}
=== any: both were there
[{p:person} was in {a:city} {t:when}, {q:person} in {b:city}.|While {p} stayed in {a}, {q} was in {b}.|{t} found {p} in {a} and {q} in {b}.]
?? Where was {p}? | In which town was {p}? | Where did {p} stay?
-> {a}
?? Where was {q}? | In which town was {q}?
-> {b}
?? Who was in {b}? | Who stayed in {b}?
-> {q}
=== any: search and find
[{s:agent} looked for {o:object} {d:= for hours; for days; all morning; half the night; the whole weekend; for a week; till sunset; all afternoon; for ages; since Monday} and finally found it {w:where}.|{w}: that is where {s} found {o} after searching {d}.|{o} had been missing {d}. {^s} found it {w}.]
?? Where was {o} found? | Where did {s} find {o}? | Where had {o} been?
-> {w}
?? How long had {o} been missing or searched for? | For how long did one look for {o}?
-> {d}
?? Who found {o}? | Who discovered where {o} was?
-> {s}
=== any: broken and by whom
[{o:object} is broken. {^s:agent} dropped it {w:where}; {q:agent} will {v:= mend; replace; glue; pay for; look at; take care of; repair; see to} it.|{s} dropped {o} {w}. {q} promised to {v} it.]
?? Who dropped {o}? | Who broke {o}? | Whose fault is it that {o} is broken?
-> {s}
?? Who will {v} it? | Who will take care of the damage to {o}? | Who promised to {v} {o}?
-> {q}
?? Where did it happen to {o}? | Where did {s} drop {o}?
-> {w}
=== any: allergic
[{p:person} must not eat {f:food}; it gives {her/him@p} a rash. {q:person} does not eat {g:food}.|Careful with the food: {p} cannot have {f} and {q} no {g}.|No {f} for {p}, please, and no {g} for {q}.]
?? What must {p} not eat? | What can {p} not have? | To what is {p} sensitive?
-> {f}
?? What does {q} not eat? | What should not be served to {q}?
-> {g}
?? Who must not have {g}? | For whom should there be no {g}?
-> {q}
=== any: meeting point
[We meet at {t:time} {w:where}. Bring {n:np}; {p:person} has {m:np}.|Meeting point: {w}, {t}. Take {n} with you. {p} brings {m}.|{p} will wait {w} at {t} with {m}. You should have {n} with you.]
?? Where do we meet? | Where is the meeting point? | Where should I be at {t}?
-> {w}
?? At what time do we meet? | When should I be there?
-> {t}
?? What should I bring? | What must I have with me?
-> {n}
?? What does {p} bring? | What has {p} got?
-> {m}
=== any: two dates
[{a:agent} arrives on {d:date} and leaves on {e:date}.|From {d} to {e}, {a} will be here.|{a} will stay until {e}, having come on {d}.]
?? When does {a} arrive? | On which day does {a} come? | From what date is {a} here?
-> {d}
?? When does {a} leave? | Until when does {a} stay? | On which day does {a} go?
-> {e}
=== any: how it feels
[The {x:anynoun} of {p:person} smells of {f:food}, feels like {m:material} and looks like {n:np}.|{p}'s {x} looks like {n}, feels like {m} and smells of {f}.]
?? What does {p}'s {x} look like? | What does the {x} of {p} resemble?
-> {n}
?? What does {p}'s {x} smell of? | Of what does the {x} of {p} smell?
-> {f}
?? What does {p}'s {x} feel like? | Like what does it feel when one touches {p}'s {x}?
-> {m}
=== any: promise
[{p:person} promised {q:person} {n:np} if {she/he@q} would {v:transitive.base} {o:object}.|"{^v} {o} and you get {n}," {p} told {q}.|For {n}, {q} was to {v} {o}. {p} had promised it.]
?? What did {p} promise {q}? | What will {q} get? | What is {q}'s reward?
-> {n}
?? What must {q} {v}? | What is {q} to {v}?
-> {o}
?? Who made the promise to {q}? | Who promised {n}?
-> {p}
=== any: inheritance
[{p:person} left {o:object} to {her/his@p} {r:= niece; nephew; cousin; gardener; cook; neighbour; sister; brother; grandson; granddaughter; godson; piano teacher} {q:person}.|{q} inherited {o} from {p}, whose {r} {she/he@q} is.|When {p} died, {o} went to {q}, the {r}.]
?? Who inherited {o}? | To whom did {p} leave {o}? | Who got {o} after {p}'s death?
-> {q}
?? What did {q} inherit? | What did {p} leave to {q}?
-> {o}
?? From whom does {q} have {o}? | Who left {o} to {q}?
-> {p}
=== any: queue
[In the queue, {a:person} stood in front of {b:person}, and {c:person} behind {b}.|{b} stood between {a} (in front) and {c} (behind).|First came {a}, then {b}, then {c}.]
?? Who was directly in front of {b}? | Who came right before {b}?
-> {a}
?? Who was right behind {b}? | Who came after {b}?
-> {c}
?? Who was in the middle? | Who stood between {a} and {c}?
-> {b}
=== any: exactly three sorts
[The {x:anynoun} of {c:company} comes in three sizes: {l1:length}, {l2:length} and {l3:length}.|{c} makes the {x} with {l1}, {l2} or {l3}.]
?? In which sizes does {c} make the {x}? | Which sizes are there of the {x} by {c}?
-> {l1} ; {l2} ; {l3}
=== any: signs at doors
[On the door of {r:room} it says "{x:= Do not disturb; Quiet please; Staff only; Wet paint; Beware of the dog; Out of order; No entry; Please ring twice; Back at noon; Mind the step; No smoking; Keep shut}", on that of {s:room} "{y:= Do not disturb; Quiet please; Staff only; Wet paint; Beware of the dog; Out of order; No entry; Please ring twice; Back at noon; Mind the step; No smoking; Keep shut}".|{r} has a sign "{x}"; the one at {s} reads "{y}".]
?? What does the sign at {r} say? | What is written on the door of {r}? | Which sign is at {r}?
-> {x}
?? What is written at {s}? | What does the sign at {s} read?
-> {y}
?? At which room does it say "{y}"? | Where is the sign "{y}"?
-> {s}
=== any: bets
[{p:person} bet {q:person} {m:money} that {she/he@p} could {v:transitive.base} {o:object} within {d:duration}.|The bet between {p} and {q}: {m} for {p} if {she/he@p} managed to {v} {o} within {d}.]
?? How much was the bet between {p} and {q}? | What sum did {p} bet?
-> {m}
?? Within what time did {p} want to {v} {o}? | How much time did {p} have to {v} {o}?
-> {d}
?? With whom did {p} bet? | Against whom did {p} bet?
-> {q}
=== any: names of things
[The {x:anynoun} is called {n:first}, the {y:anynoun} {m:first}.|{p:person} gave names to things: the {x} is {n} and the {y} is {m}.|They call the {x} {n} and the {y} {m}.]
?? What is the {x} called? | What is the name of the {x}?
-> {n}
?? What is the {y} called? | Which name has the {y}?
-> {m}
?? What thing is called {n}? | To what does the name {n} belong?
-> {x}
=== any: colour of doors
[The {c:colour} door leads to the {k:placenoun}, the {d:colour} one to the {l:placenoun}; behind the {e:colour} one there is only {n:np}.|{k}: {c} door. {l}: {d} door. {^e} door: {n}.|To get to the {l} take the {d} door, to the {k} the {c} one. Do not open the {e} one, there is {n} behind it.]
?? Which door leads to the {k}? | Through which door does one get to the {k}? | What colour is the door to the {k}?
-> {c}
?? Where does the {d} door lead? | What is behind the {d} door?
-> {l}
?? What is behind the {e} door? | What would one find behind the {e} door?
-> {n}
=== any: drawers and boxes
[In the top drawer there is {a:np}, in the middle one {b:np} and in the bottom one {c:np}.|Top drawer: {a}. Middle drawer: {b}. Bottom drawer: {c}.|{a} is in the top drawer; below it, in the middle one, {b}; at the bottom {c}.]
?? What is in the middle drawer? | What does the drawer in the middle contain? | What would I find in the middle drawer?
-> {b}
?? What is in the top drawer? | What does the uppermost drawer contain?
-> {a}
?? What is in the bottom drawer? | What does the lowest drawer hold?
-> {c}
=== any: keys on hooks
[Hook {n:count}: key of {o:object}. Hook {m:count}: key of {q:object}.|The key of {o} hangs on hook {n}, the one of {q} on hook {m}.|On hook {m} you find the key of {q}, and on hook {n} the one of {o}.]
?? On which hook is the key of {o}? | Where does the key of {o} hang: which hook?
-> {n}
?? Which hook has the key of {q}? | Where is the key of {q}: on which hook?
-> {m}
?? Which key is on hook {m}? | What does the key on hook {m} belong to?
-> {q}
=== any: who teaches whom what
[{p:person} shows {q:person} how to {v:transitive.base} {n:np}.|{q} is learning from {p} how to {v} {n}.|How to {v} {n}: {q} learns that from {p}.]
?? What does {p} show {q}? | What is {q} learning?
-> how to {v} {n}
?? From whom does {q} learn it? | Who shows {q} how to {v} {n}?
-> {p}
=== any: temperature log
[At {t:time} it was {a:temperature} in the {k:placenoun}, at {u:time} already {b:temperature}.|The thermometer in the {k} showed {a} at {t} and {b} at {u}.|{k}: {t} {a}, {u} {b}.]
?? What was the temperature in the {k} at {t}? | How warm was it in the {k} at {t}?
-> {a}
?? How warm was it at {u}? | What did the thermometer in the {k} show at {u}?
-> {b}
=== any: what the noise was
[The noise {w:where} came from {n:np}, not from {m:np}.|{p:person} first thought the noise {w} was {m}. It was {n}.|What one heard {w} was {n}, although it sounded like {m}.]
?? What made the noise {w}? | Where did the noise {w} come from? | What was it that one heard {w}?
-> {n}
?? What did the noise {w} sound like at first? | What was wrongly thought to make the noise {w}?
-> {m}
=== any: membership over time
[{p:person} joined the {c:club} in {y:year} and left it in {z:year}.|From {y} to {z}, {p} was a member of the {c}.|The {c} had {p} as a member until {z}; {she/he@p} had joined in {y}.]
?? When did {p} join? | Since what year was {p} a member? | In which year did {p} become a member of the {c}?
-> {y}
?? When did {p} leave the {c}? | Until which year was {p} a member?
-> {z}
?? Which club was {p} in? | Of what was {p} a member?
-> {c}
=== any: sizes of clothes
[{p:person} takes size {a:number} in shoes, {q:person} size {b:number}.|Shoe sizes: {p} {a}, {q} {b}.|Boots in size {a} are for {p}; {q} needs {b}.]
?? Which shoe size does {p} have? | What size of shoes does {p} need?
-> {a}
?? Which shoe size does {q} take? | What size are {q}'s feet?
-> {b}
=== any: spelled
[{p:person} spells {her/his@p} code word "{w:coined}", {q:person} uses "{v:coined}".|The code word of {p} is {w}; that of {q} is {v}.|Say "{w}" if {p} asks, and "{v}" if {q} does.]
?? What is {p}'s code word? | Which word belongs to {p}? | What must one say to {p}?
-> {w}
?? Which word does {q} use? | What is the code word for {q}?
-> {v}
?? Whose word is "{v}"? | Who uses the word {v}?
-> {q}
=== any: reasons for and against
[For {o:object} speaks that {r:reason}; against it, that {s:reason}.|{p:person} is for buying {o}, because {r}. {q:person} is against it, because {s}.|Pro {o}: {r}. Contra: {s}.]
?? What speaks against {o}? | What is the argument against {o}? | Why should one rather not have {o}?
-> {s}
?? What speaks for {o}? | What is the argument in favour of {o}?
-> {r}
`;
