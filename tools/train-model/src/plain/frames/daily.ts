/** Everyday facts whose questions turn the words round: lend and borrow, above and below, cause and effect. */
export const dailyFrames = `
=== any: lend and borrow
[{p:person} borrowed {o:object} from {q:person} and must give it back by {d:date}.|{q} lent {p} {o} until {d}.|Until {d}, {p} may keep {o}, which {q} has lent {her/him@p}.]
?? Who lent {o} to {p}? | From whom did {p} borrow {o}?
-> {q}
?? Who borrowed {o}? | To whom did {q} lend {o}? | Who has {o} for the time being?
-> {p}
?? By when must {o} be returned? | Until when may {p} keep {o}?
-> {d}
=== any: above and below
[{a:np} [hangs|is] above {b:np}, and below that there is {c:np}.|From top to bottom: {a}, {b}, {c}.|{b} is between {a}, which is on top, and {c} at the bottom.]
?? What is above {b}? | What does one see over {b}? | {^b} is below what?
-> {a}
?? What is below {b}? | What is under {b}? | {^b} is above what?
-> {c}
=== any: bigger than
[{a:object} is bigger than {b:object}, but {c:object} is bigger still.|{b} is the smallest; then comes {a}, and {c} is the biggest.|By size, from small to big: {b}, {a}, {c}.]
?? Which is the biggest? | What is bigger than {a}? | Which one is larger than the other two?
-> {c}
?? Which is the smallest? | What is smaller than {a}? | Which one is smaller than the other two?
-> {b}
=== any: intransitive event
[{s:agent} [fell|stumbled|slipped] {w:where} {t:when} and lost {n:np}.|{t}, {s} had a fall {w}; {n} was lost.|{n} got lost {t} when {s} fell {w}.]
?? Where did {s} fall? | Where did it happen to {s}? | In what place did {s} have an accident?
-> {w}
?? What did {s} lose? | What got lost when {s} fell? | What has been missing since the fall of {s}?
-> {n}
?? When did {s} fall? | When did {s} have the accident?
-> {t.core}
=== any: slept and woke
[{p:person} slept {w:where} until {n:np} woke {her/him@p} at {t:time}.|At {t}, {n} woke {p}, who had been sleeping {w}.|{p} lay asleep {w}. It was {n} that ended {her/his@p} sleep at {t}.]
?? Where did {p} sleep? | Where was {p} lying?
-> {w}
?? What woke {p}? | What ended {p}'s sleep? | Because of what did {p} wake up?
-> {n}
?? When did {p} wake up? | At what time was {p} woken?
-> {t}
=== any: sang and played
[{p:person} sang, {q:person} played the {i:instrument} and {r:person} danced.|While {q} played the {i}, {p} sang. {r} danced to it.|To the song of {p}, with {q} on the {i}, {r} danced.]
?? Who sang? | Whose voice was heard? | Who was the singer?
-> {p}
?? Who played the {i}? | Who made music on the {i}?
-> {q}
?? Who danced? | Who was the dancer?
-> {r}
?? What did {q} play? | On which instrument was {q} heard?
-> {i}
=== any: lives with
[{p:person} lives in {c:city} with {q:person} and {k:count} {a:animals}.|In {c}, {p} and {q} share a house with {k} {a}.|{p}'s home is in {c}. There are also {q} and {k} {a}.]
?? Where does {p} live? | In which town is {p}'s home? | Where is {p} at home?
-> {c}
?? With whom does {p} live? | Who shares {p}'s home?
-> {q}
?? How many {a} live with {p}? | How many {a} does {p} have?
-> {k}
?? What animals are there at {p}'s? | Which animals does {p} keep?
-> {a}
=== any: employer
[{c:company} employs {p:person} as {a j:job} and {q:person} as {a k:job}.|{p} works for {c} as {a j}; {q} is {a k} there.|At {c}, {p} is {a j}, while {q} works as {a k}.]
?? Who employs {p}? | For whom does {p} work? | Which company pays {p}?
-> {c}
?? What is {q}'s job at {c}? | What does {q} do at {c}?
-> {k}
?? What does {p} do at {c}? | In what job is {p} employed?
-> {j}
=== any: warning about
[Beware of {n:np} {w:where}: {p:person} was hurt by it {t:when}.|{p} warns of {n} {w}, having been hurt there {t}.|{t}, {n} {w} injured {p}. Take care!]
?? What hurt {p}? | What does one have to beware of {w}? | What injured {p}?
-> {n}
?? Where is {n}? | Where was {p} hurt?
-> {w}
?? Who was hurt? | Who was injured by {n}?
-> {p}
=== any: vote for a name
[The {a:animal} is to be called {n:first}; {x:= 31; 27; 24; 19; twenty-two; 18; thirty; 26; 41; 17; thirty-five; 23} children voted for it, {y:= 3; 5; seven; 8; 9; 11; twelve; 4; six; 10; 13; two} preferred {m:first}.|{x} children wanted to name the {a} {n}, only {y} wanted {m}.|With {x} votes, {n} will be the name of the {a}. The name {m} got {y}.]
?? What will the {a} be called? | Which name won? | Which name did the {a} get?
-> {n}
?? How many voted for {m}? | How many children preferred {m}?
-> {y}
?? Which name lost? | Which name did {y} children want?
-> {m}
=== any: thank somebody
[We thank {p:person} for {n:np} and {q:person} for {m:np}.|Thanks go to {p}, who gave us {n}, and to {q}, who gave us {m}.|{n} came from {p}, {m} from {q}. Many thanks to both!]
?? For what is {p} thanked? | What did {p} give? | What do we owe to {p}?
-> {n}
?? Who gave {m}? | Who is thanked for {m}? | From whom did {m} come?
-> {q}
=== any: complaint
[{p:person} complained about {n:= the noise; cold soup; the long wait; a rude clerk; the smell; dirty towels; a wobbly table; missing pages; the draught; wet seats; a wrong bill; the dim light; stale bread; hard beds} at {h:hotel} and got {m:money} back.|Because of {n} at {h}, {p} was paid back {m}.|{h} returned {m} to {p}, who had complained about {n}.]
?? What did {p} complain about? | What was {p} unhappy with? | What did {p} not like at {h}?
-> {n}
?? How much did {p} get back? | What sum did {h} return?
-> {m}
?? Who complained at {h}? | Who got money back from {h}?
-> {p}
?? About which hotel did {p} complain? | Where was {p} unhappy?
-> {h}
=== any: invitation
[{p:person} invites {q:person} to {e:= dinner; lunch; tea; supper; breakfast; a game of chess; a boat trip; the opera; a picnic; a barbecue; a concert; a swim} on {d:weekday} at {t:time}. {q} should bring {n:np}.|"Come to {e} on {d} at {t} and bring {n}," {p} wrote to {q}.|On {d} at {t}, {q} is invited to {e} by {p}. {She/He@q} is asked to bring {n}.]
?? To what is {q} invited? | What does {p} invite {q} to?
-> {e}
?? Who invites {q}? | From whom is the invitation to {q}? | Who is {q}'s host?
-> {p}
?? What should {q} bring? | What is {q} asked to bring along?
-> {n}
?? On which day is {q} invited? | On what day does {p} expect {q}?
-> {d}
?? At what time should {q} come? | What time is {q} expected?
-> {t}
=== any: cannot come
[{p:person} cannot come to the {e:event} because {r:reason}; {q:person} will take {her/his@p} place.|{q} stands in for {p} at the {e}, since {r}.|As {r}, {p} sends {q} to the {e} instead.]
?? Why can {p} not come? | Why does {p} miss the {e}? | What keeps {p} away?
-> {r}
?? Who comes in {p}'s place? | Who stands in for {p}? | Whom does {p} send?
-> {q}
?? Who cannot come to the {e}? | Who will be missing at the {e}? | Whose place does {q} take?
-> {p}
=== any: learned at age
[At the age of {a:age}, {p:person} learned to {v:transitive.base} {n:np}; {she/he@p} became famous at {b:age}.|{p} was {a} when {she/he@p} first tried to {v} {n}, and {b} when fame came.|Fame came to {p} at {b}. {She/He@p} had begun to {v} {n} at {a}.]
?? How old was {p} when fame came? | At what age did {p} become famous?
-> {b}
?? At what age did {p} begin? | How old was {p} at the beginning?
-> {a}
=== any: the same for all but one
[All the {t:things} are {c:colour}, except for the one of {p:person}, which is {d:colour}.|{p}'s is {d}; all other {t} are {c}.|Apart from {p}'s, which is {d}, the {t} are all {c}.]
?? What colour are most of the {t}? | In what colour are the other {t}?
-> {c}
?? What colour is {p}'s? | Which colour does {p}'s have?
-> {d}
?? Whose is {d}? | Whose is different from the rest?
-> {p}
=== any: half and rest
[{a:percent} of the {t:things} went to {c:city}, the rest to {d:city}.|{c} got {a} of the {t}; all others were sent to {d}.|Of the {t}, {a} are now in {c}. The others are in {d}.]
?? What share of the {t} went to {c}? | How much of it did {c} get?
-> {a}
?? Where did the rest of the {t} go? | Where are the other {t}? | Which town got the remaining {t}?
-> {d}
=== any: changed its name
[{a:company} used to be called {b:company}.|Until {y:year}, {a} was known as {b}.|{b} changed its name to {a} [in {y}|].|What is now {a} was once {b}.]
?? What was {a} called before? | What is the old name of {a}? | As what was {a} once known?
-> {b}
?? What is {b} called today? | What is the new name of {b}? | Which name did {b} take?
-> {a}
=== any: twin and distance of islands
[{i:island} has {n:bignumber} inhabitants and one {k:= school; doctor; shop; lighthouse; harbour; road; taxi; church; well; policeman; bakery; bus; cinema; pub}; {j:island} is uninhabited.|Nobody lives on {j}. On {i} there are {n} people and one {k}.|Unlike {j}, where no one lives, {i} has {n} inhabitants and a single {k}.]
?? How many people live on {i}? | What is the population of {i}?
-> {n}
?? Of what is there only one on {i}? | What does {i} have one of?
-> {k}
?? Which island is uninhabited? | On which island does nobody live?
-> {j}
=== any: sign of weather
[When {n:animals} [fly low|gather|fall silent] {w:where}, people in {v:village} expect {x:= rain; snow; a storm; fine weather; fog; frost; a hot summer; a hard winter; wind from the north; a flood; thunder; drought}.|People in {v} say: {n} {w} mean {x}.|In {v}, {n} {w} are taken as a sign of {x}.]
?? What do people in {v} expect when they see {n}? | Of what are {n} a sign in {v}? | What do {n} mean to people in {v}?
-> {x}
?? What is the sign of {x} in {v}? | Which animals tell people in {v} that {x} is coming?
-> {n}
=== any: remedy
[Against {i:illness}, {p:person} takes {f:drink} with {g:food}.|{p} swears by {f} with {g} when {she/he@p} has {i}.|{f} with {g}: that is {p}'s remedy for {i}.]
?? What does {p} take against {i}? | What is {p}'s remedy? | What helps {p} with {i}?
-> {f} with {g}
?? Against what does {p} take it? | For which illness is {p}'s remedy?
-> {i}
=== any: width of a gap
[{o:object} would not go through the door {w:where}: it was {a:length} wide, the door {b:length}.|The door {w} is {b} wide and {o} {a}; it got stuck.|With its {a}, {o} got stuck in the door {w}, which measures {b}.]
?? How wide is {o}? | What is the width of {o}?
-> {a}
?? How wide is the door {w}? | What does the door measure?
-> {b}
?? What would not go through the door? | What did not fit through the door {w}? | What got stuck?
-> {o}
=== any: fastest route
[By {v:vehicle} one gets to {c:city} in {d:minutes}, by {u:vehicle} it takes {e:minutes}.|To {c}: {d} by {v}, {e} by {u}.|If you take the {v} to {c} you need {d}; with the {u} it is {e}.]
?? How long does it take to {c} by {v}? | How much time does the {v} need to {c}?
-> {d}
?? How long does the {u} take to {c}? | How much time does one need by {u} to {c}?
-> {e}
?? With what does it take {e} to {c}? | How must one travel to {c} if it takes {e}?
-> {u}
=== any: who sits where
[At table {n:count} sit {p:person} and {q:person}, at table {m:count} {r:person}.|{p} and {q} have table {n}; {r} sits at table {m}.|Table {n}: {p}, {q}. Table {m}: {r}.]
?? At which table does {r} sit? | Which table is {r}'s?
-> {m}
?? At which table does {p} sit? | Where is {q}'s seat: at which table?
-> {n}
?? Who sits at table {n}? | Which guests have table {n}?
-> {p} ; {q}
=== any: took over the work
[{p:person} began {n:= the mural; the tower; the dictionary; the map; the quilt; the novel; the symphony; the canal; the garden; the mosaic; the organ; the tunnel} in {y:year}; {q:person} finished it in {z:year}.|{n}, begun by {p} in {y}, was completed by {q} in {z}.|It was {q} who completed {n} in {z}. {p} had begun it in {y}.]
?? Who finished {n}? | By whom was {n} completed? | Who brought {n} to an end?
-> {q}
?? Who began {n}? | Who started work on {n}?
-> {p}
?? When was {n} finished? | In which year was {n} complete?
-> {z}
?? When did {p} begin? | In what year was {n} begun?
-> {y}
=== any: insurance
[{c:company} paid {m:money} for {o:object}, which {x:= had burned; was stolen; fell into the river; was hit by a bus; had been struck by lightning; was eaten by mice; went missing; sank; was crushed by a tree; got wet} {t:when}.|{o} {x} {t}. The insurance, {c}, paid {m}.|For {o}, which {x} {t}, {c} paid out {m}.]
?? What happened to {o}? | Why did {c} have to pay for {o}? | What was the matter with {o}?
-> {x}
?? How much did {c} pay? | What sum was paid for {o}?
-> {m}
?? Who paid for {o}? | Which company was {o} insured with?
-> {c}
=== any: radio programme
["{t:title}" is on [the radio|television] {d:= every Monday; on Sundays; every weekday; on Friday nights; on Saturday mornings; once a month; every Tuesday; twice a week; on Thursdays; at weekends} at {h:time}, presented by {p:person}.|{p} presents "{t}" {d} at {h}.|You can listen to or watch "{t}" {d} at {h}; the presenter is {p}.]
?? Who presents "{t}"? | Who is the presenter of "{t}"? | Who leads through "{t}"?
-> {p}
?? At what time is "{t}" on? | When does "{t}" begin?
-> {h}
?? How often or when is "{t}" on? | On which days can one follow "{t}"?
-> {d}
=== any: size of a collection
[{p:person} collects {t:things}: {n:number} so far, the first of which came from {c:city}.|So far {p} has {n} {t}. The first one is from {c}.|The collection of {p} holds {n} {t}; it began with one from {c}.]
?? What does {p} collect? | Of what is {p}'s collection?
-> {t}
?? How many does {p} have so far? | How big is {p}'s collection?
-> {n}
?? Where did the first one of {p}'s collection come from? | From which town is the oldest piece of {p}?
-> {c}
=== any: translation
["{t:title}" was translated from {l:language} into {m:language} by {p:person}.|{p} translated "{t}" into {m}; it was written in {l}.|The {l} book "{t}" now exists in {m}, thanks to {p}.]
?? In which language was "{t}" written? | What is the original language of "{t}"?
-> {l}
?? Into which language was "{t}" translated? | In what other language can one now read "{t}"?
-> {m}
?? Who translated "{t}"? | Thanks to whom can one read "{t}" in {m}?
-> {p}
=== any: sports day
[{p:person} jumped {a:length}, {q:person} {b:length}; {r:person} could not jump because of {i:illness}.|{a} for {p}, {b} for {q}: so far did they jump. {r} stayed away with {i}.|Long jump: {p} {a}, {q} {b}, {r} absent ({i}).]
?? How far did {p} jump? | What was {p}'s result?
-> {a}
?? How far did {q} get? | What distance did {q} jump?
-> {b}
?? Why did {r} not jump? | What was wrong with {r}?
-> {i}
?? Who did not jump? | Who was absent?
-> {r}
=== any: parking and permits
[{p:person} parks {her/his@p} {v:vehicle} {w:where}; the permit is valid until {d:date}.|The {v} {w} is {p}'s. It may stand there until {d}.|Until {d}, {p} may park the {v} {w}.]
?? Where does {p} park? | Where is {p}'s {v}? | Where may {p} leave the {v}?
-> {w}
?? Until when is {p}'s permit valid? | How long may {p} park there, until which date?
-> {d}
?? What does {p} drive or ride? | What kind of vehicle does {p} park?
-> {v}
=== any: neither nor
[Neither {p:person} nor {q:person} could {v:transitive.base} {o:object}; only {r:person} managed it.|{p} tried to {v} {o}, then {q}; in the end it was {r} who succeeded.|{r} succeeded where {p} and {q} had failed: {she/he@r} managed to {v} {o}.]
?? Who managed to {v} {o}? | Who succeeded with {o}? | Who could {v} {o} in the end?
-> {r}
?? Who failed to {v} {o}? | Who could not {v} {o}? | Which two had no success with {o}?
-> {p} ; {q}
?? What did {r} manage to {v}? | With what did {r} succeed?
-> {o}
=== any: only one of them
[Of all the guests, only {p:person} {v:transitive.past} {o:object}.|Nobody but {p} {v.past} {o}.|Everyone else refused, but {p} {v.past} {o}.]
?? Who {v.past} {o}? | Which guest {v.past} {o}? | Who was the only one to {v} {o}?
-> {p}
?? What did only {p} {v}? | What did {p} {v}?
-> {o}
=== any: weight limit
[The {k:= lift; bridge; swing; boat; shelf; ladder; raft; balcony; trailer; cable car; footbridge; hammock} {w:where} carries at most {m:weight}[, or {n:count} people|].|No more than {m} on the {k} {w}!|Maximum load of the {k} {w}: {m}.]
?? What is the limit for the {k} {w}? | How much can the {k} carry? | What is the maximum load of the {k}?
-> {m}
?? What carries at most {m}? | For what is {m} the limit?
-> {k}
=== any: between two times
[Between {a:time} and {b:time} there will be no {x:= water; electricity; heating; internet; hot water; gas; telephone; bus service; lift; television} in {h:building}.|In {h}, the {x} will be off from {a} until {b}.|{h}: no {x} from {a} to {b}.]
?? What will there not be in {h}? | What is switched off in {h}? | What must people in {h} do without?
-> {x}
?? From when on is there none in {h}? | When does the cut in {h} begin?
-> {a}
?? Until when must people in {h} wait? | When is everything back in {h}? | When does the cut in {h} end?
-> {b}
`;
