/** Word lists that patterns look up; lower case, singular unless they say otherwise. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Titles before a name; those with a stop in writing appear without it. */
export const honorifics: ReadonlySet<string> = words(`
Mr Mrs Miss Dr Sir Lady Lord Captain Colonel Major General Professor Uncle Aunt Madame Mademoiselle Monsieur Count Countess Duke Duchess
Prince Princess King Queen Father Brother Sister Judge Inspector Sergeant Lieutenant Master Mistress Baron Baroness Squire Cousin Doctor
Madam Dame Earl Admiral Commander Senator President Mother Saint St`);

/** Nouns for people, which questions ask for with "who". */
export const people: ReadonlySet<string> = words(`
man woman boy girl lad child baby person gentleman lady fellow stranger visitor guest host hostess landlord landlady maid servant butler
cook coachman driver gardener soldier officer sailor captain mate boatswain pilot colonel general major sergeant lieutenant corporal guard
king queen prince princess duke duchess earl count countess baron lord knight squire page priest parson vicar curate bishop monk nun abbot
doctor nurse surgeon physician lawyer attorney judge clerk constable policeman inspector detective thief robber burglar prisoner jailer
gaoler merchant shopkeeper tailor baker butcher miller blacksmith smith carpenter mason farmer peasant shepherd hunter fisherman woodman
teacher schoolmaster schoolmistress professor student pupil scholar poet author writer painter artist musician actor actress singer dancer
father mother brother sister son daughter uncle aunt cousin nephew niece grandfather grandmother husband wife widow widower bride
bridegroom lover friend enemy companion neighbour neighbor master mistress steward secretary messenger porter waiter beggar traveller
traveler pilgrim hermit witch wizard magician giant dwarf fairy ghost emperor empress governor mayor minister ambassador senator engineer
scientist chemist astronomer explorer editor reporter journalist publisher banker broker chief warrior hero heroine villain rider
horseman cowboy sheriff outlaw pirate fugitive orphan youth maiden housekeeper governess tutor superintendent foreman workman labourer
laborer ferryman boatman innkeeper barber jeweller cardinal pope musketeer valet lackey squaw psychologist spaceman president commander
manager chairman boss dealer agent spy notary magistrate abbe chevalier vicomte comte`);

/** Nouns for things that live and act without being people. */
export const animals: ReadonlySet<string> = words(`
dog cat horse pony mule donkey ass cow bull ox calf sheep lamb ram goat pig hog wolf fox bear lion lioness tiger leopard panther ape monkey
gorilla elephant snake serpent bird eagle hawk owl raven crow parrot hen cock rooster duck goose swan fish whale shark mouse rat rabbit
hare squirrel deer stag beaver otter hound puppy kitten frog toad tortoise spider bee beetle butterfly camel crocodile dragon`);

/** Nouns for places and for things that one can be in, on or beside. */
export const places: ReadonlySet<string> = words(`
kitchen garden room house door doorway doorstep table window wall floor ceiling roof attic garret cellar hall hallway passage corridor
staircase stair stairs landing porch veranda verandah balcony terrace gate yard courtyard court stable barn shed hut cottage cabin castle
palace tower church chapel cathedral churchyard graveyard cemetery temple school schoolroom schoolhouse college university library study
parlour parlor drawing-room dining-room sitting-room bedroom bed bedside sofa couch chair armchair bench stool desk shelf cupboard closet
wardrobe drawer box chest trunk basket bag pocket purse fireplace hearth fire stove oven chimney corner street road lane path pathway
track avenue square market market-place town city village country county island shore beach coast sea ocean lake pond pool river stream
brook bank bridge harbour harbor port dock pier quay ship boat canoe raft deck mast cabin hold wood woods forest jungle tree oak pine bush
hedge thicket field meadow pasture hill hillside mountain mountains valley cliff cave cavern rock ravine gorge canyon desert plain prairie
swamp marsh moor ditch well fountain grave tomb prison cell dungeon inn tavern hotel shop store office bank hospital theatre theater
station train carriage coach cab cart wagon waggon saddle seat camp tent fort barracks battlefield throne stage platform pavement sidewalk
lawn grass ground earth sand snow mud water attic orchard vineyard farm mill barnyard kitchen-garden threshold fence stile lodge mansion
villa apartment chamber vault pantry scullery nursery ballroom club café restaurant laboratory museum factory warehouse airlock cockpit
crater clearing glade shelter bank foot-path highway turnpike railroad railway parapet rampart battlements moat trench summit peak ridge
slope pulpit altar pew aisle gallery tray plate cup bowl pot kettle cradle pillow blanket carpet rug hearthrug mantelpiece windowsill sill`);

/** Nouns for times, which are never the thing that a verb acts on. */
export const times: ReadonlySet<string> = words(`
moment minute hour day night morning afternoon evening week fortnight month year season spring summer autumn winter noon midnight dawn dusk
sunrise sunset twilight daybreak nightfall sunday monday tuesday wednesday thursday friday saturday january february march april may june
july august september october november december christmas easter while time instant second century breakfast lunch luncheon dinner supper
tea o'clock age decade today yesterday tomorrow forenoon eve`);

/** Nouns after which a phrase of place says no place, or an object is none. */
export const abstracts: ReadonlySet<string> = words(`
way manner voice tone silence surprise rage fury anger astonishment amazement haste hurry fear terror joy sorrow grief despair delight love
fact case order view point part place kind sort lot deal bit matter subject idea thought mind heart mood spirit sense reason purpose end
beginning rest sake effect account consequence result same more most length last least distance direction need`);

export const colours: ReadonlySet<string> = words(`
red blue green yellow black white brown grey gray purple pink orange crimson scarlet golden silver violet azure auburn ivory tawny`);

export const materials: ReadonlySet<string> = words(`
wooden leather leathern iron brass stone marble velvet silk satin cotton linen woollen woolen oaken bronze copper steel straw tin glass
paper leaden earthen flannel muslin canvas mahogany granite brick crystal`);

/** Cardinal numbers in words, from two on: with "one" a sentence seldom counts. */
export const numbers: ReadonlySet<string> = words(`
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty
fifty sixty seventy eighty ninety`);

/** Verbs of saying in the past, with the base form. */
export const sayings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    said: "say",
    asked: "ask",
    replied: "reply",
    cried: "cry",
    answered: "answer",
    exclaimed: "exclaim",
    whispered: "whisper",
    shouted: "shout",
    murmured: "murmur",
    remarked: "remark",
    observed: "observe",
    muttered: "mutter",
    inquired: "inquire",
    enquired: "inquire",
    demanded: "demand",
    repeated: "repeat",
    growled: "growl",
    declared: "declare",
    suggested: "suggest",
    added: "add",
    began: "begin",
    continued: "continue",
    called: "call",
    explained: "explain",
    announced: "announce",
    stammered: "stammer",
    gasped: "gasp",
    sighed: "sigh",
    screamed: "scream",
    retorted: "retort",
    snapped: "snap",
  }),
);

/** Verbs whose noun phrase after them is no object. */
export const notTransitive: ReadonlySet<string> = words(`
be become seem appear remain look prove grow stay last wait sleep come go stand sit lie live walk arrive happen think cost weigh measure
say let elect care rise fall wake awake near like worth total number equal hesitate pause`);

/** Verbs with two objects: "gave the boy a book". */
export const ditransitive: ReadonlySet<string> = words(`give hand show offer send lend bring teach pay throw tell pass sell owe grant`);

/** Words that begin a sentence in capitals and are no names, and names of other things than people and places. */
export const notNames: ReadonlySet<string> = words(`
I Sir Madam God Lord Heaven English French German Spanish Italian Russian American Indian Dutch Irish Scotch Scottish Welsh Greek Roman Latin
Hebrew Jewish Christian Christians Catholic Protestant Turkish Turk Turks Chinese Japanese British Danish Norwegian Swedish Polish Saxon
Norman Englishman Frenchman Indians Americans Bible Gospel Scripture Monday Tuesday Wednesday Thursday Friday Saturday Sunday January
February March April May June July August September October November December Christmas Easter Chapter Book Part Volume Act Scene Yes No
Oh Ah Alas Mr Mrs Miss Dr Captain Colonel Major General Professor Uncle Aunt Madame Mademoiselle Monsieur Messrs Majesty Highness Lordship
Ladyship Excellency Honour Honor Grace Reverend Nature Providence Death Fate Fortune Time Love Truth Reason State States Government Church
Parliament Congress Senate House Street Road Avenue Square North South East West Almighty Saviour Christ Holy Ghost Spirit Devil Sabbath
Heavens Gods Ye Thou Thee Thy O Lo Nay Ay Aye Well Why What The A An He She It They We You And But For Or Nor So Then There Here Now When
Where While If As At In On To From With By Of My His Her Our Their Its This That These Those Who Whose Which How`);

/** Cities and countries that stand for themselves wherever they are mentioned. */
export const cities: ReadonlySet<string> = words(`
London Paris Rome Vienna Berlin Madrid Lisbon Moscow Petersburg Edinburgh Dublin Glasgow Liverpool Manchester Bristol Brussels Amsterdam
Venice Florence Naples Milan Genoa Geneva Athens Constantinople Cairo Alexandria Jerusalem Damascus Bombay Calcutta Boston Chicago
Philadelphia Baltimore Lyons Marseilles Rouen Calais Dover Copenhagen Stockholm Warsaw Prague Munich Dresden Hamburg Frankfort Seville
Cadiz Havana Halifax Toronto Montreal Quebec Sydney Melbourne`);
export const countries: ReadonlySet<string> = words(`
England France Germany Spain Italy Russia America Scotland Ireland Wales Greece Egypt India China Japan Turkey Holland Portugal Switzerland
Austria Hungary Poland Sweden Norway Denmark Belgium Canada Mexico Brazil Persia Australia Cuba Morocco Algeria Iceland Peru Chile Syria`);
export const weekdays: ReadonlySet<string> = words(`Monday Tuesday Wednesday Thursday Friday Saturday Sunday`);
export const months: ReadonlySet<string> = words(`January February April June July August September October November December`);
