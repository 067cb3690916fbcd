/** How moves are told: {I} and {J} are items, {P} a place or holder. */
export interface StateForm {
  /** States where an item is at first. */
  readonly start: readonly string[];
  readonly put: readonly string[];
  /** {I} comes to where {J} is. */
  readonly join: readonly string[];
  readonly swap: readonly string[];
  /** Says the outcome after a move. */
  readonly outcome: readonly string[];
  readonly now: readonly string[];
  readonly before: readonly string[];
}

export const placeForm: StateForm = {
  start: [
    "The {I} stands in the {P}.",
    "The {I} is kept in the {P}.",
    "The place of the {I} is the {P}.",
    "At first the {I} was in the {P}.",
  ],
  put: [
    "The {I} was moved to the {P}.",
    "From where it stood, the {I} was taken to the {P}.",
    "Someone carried the {I} to the {P}.",
    "The {I} has been brought to the {P}.",
    "The new place of the {I} is the {P}.",
  ],
  join: [
    "The {I} was put beside the {J}.",
    "Someone carried the {I} to where the {J} was.",
    "The {I} was brought to the room of the {J}.",
    "The {I} joined the {J}.",
  ],
  swap: [
    "The {I} and the {J} changed places.",
    "The {I} took the place of the {J}, and the {J} that of the {I}.",
    "The places of the {I} and the {J} were exchanged.",
    "The {I} was swapped with the {J}.",
  ],
  outcome: ["the {I} is in the {P}", "{I}: {P}"],
  now: [
    "Where is the {I} now?",
    "In which room is the {I} at the end?",
    "Where can the {I} be found now?",
    "What is the present place of the {I}?",
  ],
  before: [
    "Where was the {I} before it was last moved?",
    "Where was the {I} just before its present place?",
    "In which room was the {I} before its last move?",
  ],
};

export const holderForm: StateForm = {
  start: ["The {I} belongs to {P}.", "{P} has the {I}.", "The holder of the {I} is {P}.", "At first the {I} was with {P}."],
  put: [
    "The {I} was handed over to {P}.",
    "The {I} passed to {P}.",
    "{P} received the {I}.",
    "The {I} has been given to {P}.",
    "The new holder of the {I} is {P}.",
  ],
  join: [
    "The {I} was given to the holder of the {J}.",
    "Whoever had the {J} received the {I}.",
    "The {I} passed to the one who had the {J}.",
    "The {I} went to the owner of the {J}.",
  ],
  swap: [
    "The {I} and the {J} changed hands, one for the other.",
    "The holders of the {I} and the {J} traded them.",
    "The {I} was exchanged for the {J}.",
    "The {I} and the {J} were swapped by those who had them.",
  ],
  outcome: ["{P} has the {I}", "{I}: {P}"],
  now: [
    "Who has the {I} now?",
    "Who is the holder of the {I} at the end?",
    "With whom is the {I} now?",
    "To whom does the {I} belong now?",
  ],
  before: [
    "Who had the {I} before it last changed hands?",
    "Who had the {I} just before its present holder?",
    "Who was the holder of the {I} before the last one?",
  ],
};

export const listForm: StateForm = {
  start: [
    "The list gives the {P} as the storeroom of the {I}.",
    "The storeroom of the {I} is the {P}.",
    "According to the list, the {I} is stored in the {P}.",
    "First entry for the {I}: {P}.",
  ],
  put: [
    "A revision of the list replaces the storeroom of the {I}: {P}.",
    "Correction: the {I} is stored in the {P}.",
    "The list was changed; the {I} is now entered under {P}.",
    "The entry of the {I} was struck out and now reads {P}.",
  ],
  join: [
    "A revision gives the {I} the same storeroom as the {J}.",
    "Correction: the {I} is stored with the {J}.",
    "The list was changed; the {I} is now entered where the {J} is.",
    "The entry of the {J} was copied to the {I}.",
  ],
  swap: [
    "A revision exchanges the storerooms of the {I} and the {J}.",
    "Correction: the entries of the {I} and the {J} had been mixed up and were exchanged.",
    "The list was changed; the {I} and the {J} traded storerooms.",
    "On the new list, the storerooms of the {I} and the {J} have changed places.",
  ],
  outcome: ["the {I} is stored in the {P}", "{I}: {P}"],
  now: [
    "What is the storeroom of the {I} now?",
    "Where is the {I} stored according to the last list?",
    "Which storeroom does the list give for the {I} at the end?",
  ],
  before: [
    "What was the storeroom of the {I} before the last change?",
    "Where was the {I} stored just before its present storeroom?",
    "Which storeroom did the list give for the {I} before its last entry?",
  ],
};

export const stateForms: readonly StateForm[] = [placeForm, holderForm, listForm];
