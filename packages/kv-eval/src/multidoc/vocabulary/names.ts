import { faker as croatian } from "@faker-js/faker/locale/hr";
import { faker as czech } from "@faker-js/faker/locale/cs_CZ";
import { faker as danish } from "@faker-js/faker/locale/da";
import { faker as dutch } from "@faker-js/faker/locale/nl";
import { faker as english } from "@faker-js/faker/locale/en";
import { faker as finnish } from "@faker-js/faker/locale/fi";
import { faker as french } from "@faker-js/faker/locale/fr";
import { faker as german } from "@faker-js/faker/locale/de";
import { faker as hungarian } from "@faker-js/faker/locale/hu";
import { faker as indian } from "@faker-js/faker/locale/en_IN";
import { faker as indonesian } from "@faker-js/faker/locale/id_ID";
import { faker as italian } from "@faker-js/faker/locale/it";
import { faker as norwegian } from "@faker-js/faker/locale/nb_NO";
import { faker as polish } from "@faker-js/faker/locale/pl";
import { faker as portuguese } from "@faker-js/faker/locale/pt_PT";
import { faker as romanian } from "@faker-js/faker/locale/ro";
import { faker as spanish } from "@faker-js/faker/locale/es";
import { faker as swedish } from "@faker-js/faker/locale/sv";
import { faker as turkish } from "@faker-js/faker/locale/tr";
import { faker as yoruba } from "@faker-js/faker/locale/yo_NG";

/** Names of one language. */
export interface NameLists {
  readonly women: readonly string[];
  readonly men: readonly string[];
  readonly last: readonly string[];
  /** Empty where the library has only English towns for the language. */
  readonly towns: readonly string[];
}

type Faker = typeof english;
type Lists = Readonly<Record<string, readonly unknown[] | null | undefined>>;

/** Longest word of a name, in UTF-16 code units: keeps names within few tokens. */
const LONGEST = 10;

function words(lists: Lists | null | undefined, keys: readonly string[]): string[] {
  const all = keys.flatMap((key) => [...(lists?.[key] ?? [])]);
  const fits = (word: unknown): word is string =>
    typeof word === "string" && word.length >= 3 && word.length <= LONGEST && /^\p{Lu}\p{Script=Latin}+$/u.test(word);
  return [...new Set(all.filter(fits))];
}

function read(language: Faker): NameLists {
  const { person, location } = language.rawDefinitions;
  const ofPerson = (key: "first_name" | "last_name"): Lists | undefined => person?.[key] as Lists | undefined;
  const towns = location?.["city_name"];
  const borrowed = language !== english && towns === english.rawDefinitions.location?.["city_name"];
  return {
    women: words(ofPerson("first_name"), ["female"]),
    men: words(ofPerson("first_name"), ["male"]),
    last: words(ofPerson("last_name"), ["generic", "female", "male"]),
    towns: borrowed ? [] : words({ towns }, ["towns"]),
  };
}

/** English first; the others follow in alphabetical order. */
export const nameLists: readonly NameLists[] = [
  english,
  croatian,
  czech,
  danish,
  dutch,
  finnish,
  french,
  german,
  hungarian,
  indian,
  indonesian,
  italian,
  norwegian,
  polish,
  portuguese,
  romanian,
  spanish,
  swedish,
  turkish,
  yoruba,
].map(read);

const ONSETS: readonly string[] = "b br c ch d dr f fr g gl gr h j k kl l m n p pr qu r s sh sk st t th tr v w y z".split(" ");
const VOWELS: readonly string[] = "a a a e e e i i i o o o u u ai ea ie ou".split(" ");
const CODAS: readonly string[] = ["", "", "", "l", "m", "n", "nd", "r", "rk", "rn", "s", "sk", "st", "t", "th", "x"];

/**
 * A word that no language has: `syllables` of onset, vowel and coda, in lower case.
 * @param pick Chooses one of the given parts.
 */
export function inventWord(syllables: number, pick: (parts: readonly string[]) => string): string {
  let word = "";
  for (let i = 0; i < syllables; i++) word += pick(ONSETS) + pick(VOWELS) + (i === syllables - 1 ? pick(CODAS) : "");
  return word;
}
