import type { Random } from "@kvasir/kv-eval";
import { capitalize } from "./value.ts";

const onsets =
  "b,bl,br,c,ch,cl,cr,d,dr,f,fl,fr,g,gl,gr,h,j,k,kl,kr,l,m,n,p,ph,pl,pr,qu,r,s,sc,sh,sk,sl,sm,sn,sp,st,str,sv,t,th,tr,tw,v,w,y,z,zh".split(
    ",",
  );
const nuclei = "a,a,e,e,i,i,o,o,u,y,ai,au,ea,ee,ei,ia,ie,io,oa,oo,ou,ue,ö,ä,é".split(",");
const codas = ",,,,,b,ck,d,g,k,l,ll,m,n,n,nd,ng,nt,p,r,r,rd,rk,rn,rt,s,sk,ss,st,t,th,x,z".split(",");

/** A pronounceable word that no dictionary has, lower case. */
export function inventedWord(random: Random, syllables: number = random.integer(1, 3)): string {
  let word = "";
  for (let i = 0; i < syllables; i++) {
    word += random.pick(onsets) + random.pick(nuclei);
    if (i === syllables - 1 || random.chance(0.3)) word += random.pick(codas);
  }
  return word.length < 3 ? word + random.pick(["n", "x", "rth", "lo", "sk"]) : word;
}

export function inventedName(random: Random): string {
  return capitalize(inventedWord(random, random.integer(2, 3)));
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = letters.toLowerCase();
const digits = "0123456789";

/** Fills a pattern: `A` upper-case letter, `a` lower-case, `0` digit, `9` digit from 1, `x` letter or digit; anything else stays. */
export function fillPattern(random: Random, pattern: string): string {
  let text = "";
  for (const sign of pattern) {
    if (sign === "A") text += random.pick([...letters]);
    else if (sign === "a") text += random.pick([...lower]);
    else if (sign === "0") text += random.pick([...digits]);
    else if (sign === "9") text += String(random.integer(1, 9));
    else if (sign === "x") text += random.pick([...(lower + digits)]);
    else text += sign;
  }
  return text;
}

export function letterName(random: Random): string {
  return capitalize(fillPattern(random, "a".repeat(random.integer(4, 8))));
}
