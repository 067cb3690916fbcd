import { allLocales, type LocaleDefinition } from "@faker-js/faker";
import type { Random } from "@kvasir/kv-eval";
import { inventedName, letterName } from "./invented.ts";
import type { SlotValue } from "./value.ts";

export type Gender = "woman" | "man";

interface NamePool {
  readonly woman: readonly string[];
  readonly man: readonly string[];
  readonly last: readonly string[];
}

type Locales = Readonly<Record<string, LocaleDefinition>>;

const latinLocales =
  "en,en,en,en_GB,en_IE,en_IN,en_NG,en_ZA,en_AU,af_ZA,cs_CZ,cy,da,de,de_AT,de_CH,eo,es,es_MX,fi,fr,fr_CA,fr_BE,hr,hu,id_ID,it,lv,nb_NO,nl,nl_BE,pl,pt_BR,pt_PT,ro,sk,sl_SI,sr_RS_latin,sv,tr,vi,yo_NG,zu_ZA".split(
    ",",
  );
const otherLocales = "ru,uk,mk,el,ar,he,zh_CN,zh_TW,ja,ko,fa,hy,ka_GE,th".split(",");
const familyFirst = new Set(["zh_CN", "zh_TW", "ja", "ko"]);

const pools = new Map<string, NamePool | undefined>();

/** Names of a locale as faker has them; undefined where it lacks some. Plain names only: one word, no patterns. */
function poolOf(locale: string): NamePool | undefined {
  if (pools.has(locale)) return pools.get(locale);
  const person = (allLocales as Locales)[locale]?.person;
  const usable = (names: readonly string[] | null | undefined, gender?: Gender): string[] =>
    (names ?? []).filter(
      (name) =>
        typeof name === "string" &&
        /^\p{L}[\p{L}\p{M}'’-]{0,13}$/u.test(name) &&
        !/\p{Lu}{3}/u.test(name) &&
        (gender === undefined || name !== ""),
    );
  const first = person?.first_name;
  const last = person?.last_name;
  const pool = {
    woman: usable(first?.female ?? undefined),
    man: usable(first?.male ?? undefined),
    last: usable([...(last?.generic ?? []), ...(last?.generic ? [] : (last?.male ?? []))]),
  };
  const complete = pool.woman.length > 5 && pool.man.length > 5 && pool.last.length > 5;
  pools.set(locale, complete ? pool : undefined);
  return complete ? pool : undefined;
}

/** Share of people whose names are not in Latin script. */
const otherScripts = 0.04;

/** A person of any of some fifty locales; a few have invented names. */
export function drawPerson(random: Random, gender: Gender = random.pick(["woman", "man"])): SlotValue {
  if (random.chance(otherScripts)) {
    const locale = random.pick(otherLocales);
    const pool = poolOf(locale);
    if (pool) {
      const first = random.pick(pool[gender]);
      const last = random.pick(pool.last);
      return { text: familyFirst.has(locale) ? last + first : `${first} ${last}`, first, last, gender };
    }
  }
  const pool = poolOf(random.pick(latinLocales)) ?? (poolOf("en") as NamePool);
  const first = random.chance(0.03) ? inventedName(random) : random.pick(pool[gender]);
  const last = random.chance(0.12) ? (random.chance(0.7) ? inventedName(random) : letterName(random)) : random.pick(pool.last);
  return { text: `${first} ${last}`, first, last, gender };
}

export function drawFirstName(random: Random): SlotValue {
  const person = drawPerson(random);
  return { text: person.first as string, first: person.first as string, gender: person.gender as Gender };
}

export function drawLastName(random: Random): SlotValue {
  const person = drawPerson(random);
  return { text: person.last as string, last: person.last as string, gender: person.gender as Gender };
}
