/** Somebody does something to something: active, passive, cleft and relative clauses with adjuncts, open vocabulary. */
export const eventFrames = `
=== any: who did what where and when
[{t:when}, {s:agent} {v:transitive.past} {o:object} {w:where}.|{s} {v.past} {o} {w} {t}.|{t}, {o} was {v.participle} by {s} {w}.|It was {s} who {v.past} {o} {w} {t}.|{o}, {v.participle} by {s} {t}, is still {w}.|{t} {s}, as planned, {v.past} {o} {w}.]
?? Who {v.past} {o}? | Who was it that {v.past} {o}? | By whom was {o} {v.participle}? | Who did it: who {v.past} {o}?
-> {s}
?? What did {s} {v.base}? | What was {v.participle} by {s}? | Which thing did {s} {v.base}?
-> {o}
?? When was {o} {v.participle}? | When did {s} {v.base} {o}? | At what time or on what day was {o} {v.participle}?
-> {t.core}
=== any: where it was done
[{s:agent} {v:transitive.past} {o:object} {w:where}.|{o} was {v.participle} {w} by {s}.|{s}, who is usually somewhere else, {v.past} {o} {w}.|{^w}, {s} {v.past} {o}.|What {s} {v.past} {w} was {o}.]
?? Where did {s} {v.base} {o}? | Where was {o} {v.participle}? | In what place was {o} {v.participle}?
-> {w}
?? Who {v.past} {o}? | Which person or company {v.past} {o}? | {^o} was {v.participle} by whom?
-> {s}
=== any: why
[{s:agent} {v:transitive.past} {o:object} because {r:reason}.|{o} was {v.participle} by {s}, because {r}.|Because {r}, {s} {v.past} {o}.|{s} {v.past} {o}. The reason: {r}.|Since {r}, {o} was {v.participle} by {s}.|{s} {v.past} {o}, as {r}.]
?? Why did {s} {v.base} {o}? | Why was {o} {v.participle}? | For what reason was {o} {v.participle}? | What was the reason why {s} {v.past} {o}? | What made {s} {v.base} {o}?
-> {r}
?? Who {v.past} {o}? | By whom was {o} {v.participle}?
-> {s}
=== any: what for
[{s:agent} {v:transitive.past} {o:object} {p:purpose}.|{^p}, {s} {v.past} {o}.|{o} was {v.participle} {p}.|{o} was {v.participle} by {s} {t:when}, {p}.]
?? What was {o} {v.participle} for? | For what purpose was {o} {v.participle}? | To what end was {o} {v.participle}?
-> {p}
=== any: with what
[{s:agent} {v:transitive.past} {o:object} with {i:np}.|Using {i}, {s} {v.past} {o}.|{o} was {v.participle} by {s} with {i}.|{s} took {i} and {v.past} {o} with it.]
?? What did {s} {v.base} {o} with? | With what was {o} {v.participle}? | What was used when {o} was {v.participle}?
-> {i}
?? What did {s} {v.base} with {i}? | What was {v.participle} with {i}?
-> {o}
=== any: how
[{s:agent} {v:transitive.past} {o:object} {m:manner}.|{o} was {v.participle} {m} by {s}.|{^m}, {s} {v.past} {o}.]
?? How did {s} {v.base} {o}? | How was {o} {v.participle}? | In what way was {o} {v.participle}?
-> {m}
=== any: how long it took
[It took {s:agent} {d:minutes} to {v:transitive.base} {o:object}.|{s} needed {d} to {v.base} {o}.|{s} spent {d} trying to {v.base} {o}.|After {d}, {s} had {v.participle} {o}.]
?? How long did {s} need to {v.base} {o}? | How long did it take to {v.base} {o}? | How much time went into this: to {v.base} {o}?
-> {d}
=== any: two agents and two deeds
[{s:agent} {v:transitive.past} {o:object}, while {s2:agent} {v2:transitive.past} {o2:object}.|{s} {v.past} {o}; {s2} {v2.past} {o2}.|{s} {v.past} {o} and {s2} {v2.past} {o2}.|{o} was {v.participle} by {s}, {o2} by {s2}, who {v2.past} it {t:when}.]
?? Who {v.past} {o}? | By whom was {o} {v.participle}? | Which of the two {v.past} {o}?
-> {s}
?? Who {v2.past} {o2}? | Who was it that {v2.past} {o2}?
-> {s2}
?? What did {s} {v.base}? | What was {v.participle} by {s}?
-> {o}
=== any: two objects of one agent
[First {s:agent} {v:transitive.past} {o:object}, then {o2:object}.|{s} {v.past} {o} {w:where} and {o2} {w2:where}.|{t:when} {s} {v.past} {o}, and {t2:when} {o2}.]
?? What did {s} {v.base}? | Which things were {v.participle} by {s}? | Which two things did {s} {v.base}?
-> {o} ; {o2}
=== any: going to
[{s:agent} is going to {v:transitive.base} {o:object} {w:where} {f:= tomorrow; next week; next month; in the autumn; the day after tomorrow; on Sunday evening; at Easter; after the holidays; in two weeks; this evening}.|{f}, {s} will {v.base} {o} {w}.|{o} will be {v.participle} by {s} {w} {f}.|{s} plans to {v.base} {o} {f}, {w}.]
?? What is {s} going to {v.base}? | What will {s} {v.base}? | What does {s} plan to {v.base}?
-> {o}
?? When will {o} be {v.participle}? | When is {s} going to {v.base} {o}? | When will {s} {v.base} {o}?
-> {f}
?? Who is going to {v.base} {o}? | Who will {v.base} {o}? | Who plans to {v.base} {o}?
-> {s}
=== any: regularly
[{h:= every morning; every evening; every Tuesday; every other day; once a week; twice a month; every spring; every second Sunday; each autumn; three times a year; every night; once a year; on the first Monday of the month}, {s:agent} {v:transitive.third} {o:object}.|{s} {v.third} {o}. This happens {h}.]
?? How often does {s} {v.base} {o}? | How often is {o} {v.participle}? | When does {s} {v.base} {o}?
-> {h}
?? Who {v.third} {o}? | By whom is {o} {v.participle}?
-> {s}
=== any: must and may
[{s:agent} has to {v:transitive.base} {o:object} before {e:time}.|{o} must be {v.participle} by {s} before {e}.|By {e} at the latest, {s} must {v.base} {o}.]
?? What must {s} {v.base}? | What does {s} have to {v.base}?
-> {o}
?? By what time must {s} {v.base} {o}? | Until when may {s} take to {v.base} {o}? | By when must {o} be {v.participle}?
-> {e}
?? Who has to {v.base} {o}? | Whose task is it to {v.base} {o}?
-> {s}
=== any: had not expected
[Nobody had expected {s:agent} to {v:transitive.base} {o:object}, but {t:when} it happened.|To everybody's surprise, {s} {v.past} {o} {t}.|{s} surprised everybody: {t}, {o} was {v.participle}.]
?? Who surprised everybody? | Of whom had nobody expected it? | Who {v.past} {o}?
-> {s}
?? When did this surprise with {o} happen? | When did {s} {v.base} {o}?
-> {t.core}
=== any: gave to
[{s:agent} [gave|lent|sent|handed|sold|brought|showed] {o:object} to {q:agent} {t:when}.|{t}, {q} [got|received] {o} from {s}.|{o} was a [present|gift] from {s} to {q}. It was handed over {t}.|{s} gave {q} {o} {t}.]
?? From whom did {q} get {o}? | Who did {o} come from? | Who gave {o} to {q}? | Who let {q} have {o}?
-> {s}
?? Who got {o}? | To whom did {s} give {o}? | Who received {o} from {s}? | Who was {o} for?
-> {q}
?? What did {q} get from {s}? | What did {s} give to {q}?
-> {o}
=== any: wanted but could not
[{s:agent} wanted to {v:transitive.base} {o:object}, but {r:reason}.|{s} could not {v.base} {o} because {r}.|{o} could not be {v.participle} by {s}: {r}.|{s} failed to {v.base} {o}, because {r}.]
?? Why could {s} not {v.base} {o}? | What kept {s} from going ahead with {o}? | Why was {o} not {v.participle}? | What went wrong when {s} wanted to {v.base} {o}?
-> {r}
?? What did {s} want to {v.base}? | What could {s} not {v.base}?
-> {o}
?? Did {s} {v.base} {o}?
-> no
=== any: did it, yes or no
[{s:agent} {v:transitive.past} {o:object} {t:when}, but not {o2:object}.|{t}, {s} {v.past} {o}. {^o2} has not been {v.participle} yet.|{o} has been {v.participle} by {s}, {o2} has not.]
?? Has {o} been {v.participle}? | Did {s} {v.base} {o}?
-> yes
?? Has {o2} been {v.participle}? | Did {s} {v.base} {o2}?
-> no
?? What has not been {v.participle}? | What did {s} not {v.base}?
-> {o2}
=== any: not the one but the other
[It was not {x:agent} but {s:agent} who {v:transitive.past} {o:object}.|{s}, not {x}, {v.past} {o}.|Many think that {x} {v.past} {o}. In fact it was {s}.|Contrary to what we wrote, {o} was {v.participle} by {s} and not by {x}.|We first named {x} as the one who {v.past} {o}. That was wrong: it was {s}.]
?? Who {v.past} {o}? | Who really {v.past} {o}? | By whom was {o} {v.participle}?
-> {s}
?? Who did not {v.base} {o}, although some may think so? | Who was wrongly said to have {v.participle} {o}?
-> {x}
=== any: before and after
[Before {s:agent} {v:transitive.past} {o:object}, {q:agent} {v2:transitive.past} {o2:object}.|{q} {v2.past} {o2}. Only then did {s} {v.base} {o}.|After {q} had {v2.participle} {o2}, {s} {v.past} {o}.]
?? What happened first: who {v2.past} {o2}? | Who {v2.past} {o2}?
-> {q}
?? Who {v.past} {o} afterwards? | Who {v.past} {o}? | After that, who {v.past} {o}?
-> {s}
=== any: seen doing
[{x:person} saw how {s:agent} {v:transitive.past} {o:object} {w:where}.|{x} watched {s} {v.base} {o} {w}.|According to {x}, {s} {v.past} {o} {w}.|{s} {v.past} {o} {w}; {x} saw it.]
?? Who saw what {s} did? | According to whom did {s} {v.base} {o}? | Who was watching when {o} was {v.participle}?
-> {x}
?? Where did {x} see {s} {v.base} {o}? | Where was {o} when {s} {v.past} it?
-> {w}
?? Whom did {x} see with {o}? | Who {v.past} {o}?
-> {s}
=== any: with a helper
[{s:agent} {v:transitive.past} {o:object} together with {h:agent}.|{s} and {h} {v.past} {o} {t:when}.|{s} {v.past} {o}; {h} helped.|{o} was {v.participle} by {s}, helped by {h}.]
?? Who {v.past} {o}? | Which two {v.past} {o}? | By whom was {o} {v.participle}, and with whose help?
-> {s} ; {h}
=== any: asked to
[{q:person} asked {s:agent} to {v:transitive.base} {o:object} [{p:purpose}|].|{s} was asked by {q} to {v.base} {o}.|At the request of {q}, {s} {v.past} {o}.|{q} told {s} to {v.base} {o}.]
?? Who asked {s} to {v.base} {o}? | At whose request was {o} to be {v.participle}? | Whose wish was it that {o} be {v.participle}?
-> {q}
?? What was {s} asked to {v.base}? | What did {q} want {s} to {v.base}?
-> {o}
?? Whom did {q} ask to {v.base} {o}? | Who was told to {v.base} {o}?
-> {s}
=== any: paid for the deed
[{s:agent} {v:transitive.past} {o:object} for {m:money}.|{s} was paid {m} to {v.base} {o}.|{q:agent} paid {s} {m} to {v.base} {o}.|For {m}, {s} agreed to {v.base} {o}.]
?? How much did {s} get to {v.base} {o}? | What was {s} paid to {v.base} {o}? | For what sum was {o} {v.participle}?
-> {m}
?? Who was paid to {v.base} {o}? | Who earned {m} with {o}?
-> {s}
=== any: participle opening
[Having {v:transitive.participle} {o:object}, {s:agent} went to {c:city}.|{v.ing} {o} took longer than expected, so {s} missed the [bus|train|boat] to {c}.|After {v.ing} {o}, {s} travelled to {c}.|{s} {v.past} {o} before leaving for {c}.]
?? Where did {s} [go|travel|want to go] after {v.ing} {o}? | To which town did {s} want to go after this?
-> {c}
?? What did {s} {v.base} before {c}? | What did {s} {v.base}?
-> {o}
`;
