"""Records how the tokenizers of three models split 200 texts.

    python make_tokenizations.py OUT_FILE.json.gz --smollm2 SMOLLM2.gguf --gemma GEMMA.gguf --tiny TOKENIZER.json
        [--gemma-tokenizer TOKENIZER.json] [--llama-tokenize BINARY]

The ids to meet ("ids") are those of Hugging Face's `tokenizers` with the model's own published pipeline, special tokens
found in the text and none added:
  smollm2      built here from the GGUF's vocabulary and merges, with the published pre-tokenizer
               (Digits(individual_digits), then ByteLevel(add_prefix_space=False, use_regex=True))
  gemma        the published tokenizer.json (--gemma-tokenizer), less the one added token beyond the checkpoint's
               vocabulary; without it, one rebuilt from the GGUF's vocabulary, which gives the same ids
  kvasir-tiny  its tokenizer.json

OUT_FILE: { versions, pipelines: {model: where its ids come from},
  texts: [{ kind, text }],
  models: { smollm2 | gemma | kvasir-tiny: { ids: [[...], ...], plain: {index: [...]}, lossy: {index: text} } },
  differences: { model: { readers: {reader: {same, different}}, examples: [{ text, reader, ids, expected }] } },
  missingBytes: {smollm2: [byte, ...]}, notes: [...] }
`plain` has the ids when special tokens in the text are read as ordinary text, for the texts where that differs.
`lossy` has what decoding gives (special tokens kept) for the texts that do not come back as they were.
`differences` compares other readers of the same files: the rebuilt Gemma tokenizer, `transformers` reading the GGUF,
and llama.cpp.
"""

import argparse
import ast
import gzip
import json
import pathlib
import subprocess
import tempfile

import gguf
import tokenizers
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

TEXTS = [
    # -- plain Latin
    ("latin", "Hello, world!"),
    ("latin", "The quick brown fox jumps over the lazy dog."),
    ("latin", " leading space"),
    ("latin", "trailing space "),
    ("latin", "I'm sure you'll say they've gone; we'd rather he's not. It'S DON'T CAN'T"),
    ("latin", "don’t use ‘curly’ “quotes” — or dashes–here…"),
    ("latin", "ANTIDISESTABLISHMENTARIANISM pneumonoultramicroscopicsilicovolcanoconiosis"),
    ("latin", "camelCaseIdentifiers snake_case_identifiers kebab-case-identifiers SCREAMING_SNAKE"),
    ("latin", "a"),
    ("latin", " "),
    ("latin", "e-mail: someone@example.com, see https://example.com/a/b?c=d&e=f#g (2024)"),
    ("latin", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("latin", "'s 't 're 've 'm 'll 'd 'S 'LL ''s '"),
    ("latin", "What?! No way... really?? (yes) [maybe] {never} <always>"),
    ("latin", "word\u00a0with\u00a0no-break\u00a0spaces"),
    ("latin", "Thequickbrownfoxjumpsoverthelazydogwithoutanyspacesatall"),
    # -- diacritics, composed and decomposed
    ("diacritics", "Où est passé l’été? Ça, c’est Noël à Évry — cœur, œuvre, naïf."),
    ("diacritics", "Zażółć gęślą jaźń; Pchnąć w tę łódź jeża lub ośm skrzyń fig."),
    ("diacritics", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    ("diacritics", "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg. STRAẞE straße"),
    ("diacritics", "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío, añoraba. ¿Qué? ¡Sí!"),
    ("diacritics", "Blåbærsyltetøy på brød; ørret, æble, ångström"),
    ("diacritics", "İstanbul'da ığdır, şişe, çağ; Iıİi"),
    ("diacritics", "Tôi có thể ăn thủy tinh mà không hại gì; Nguyễn Thị Phượng"),
    ("diacritics", "cafe\u0301 nai\u0308ve re\u0301sume\u0301 A\u030angstro\u0308m"),
    ("diacritics", "café naïve résumé Ångström"),
    ("diacritics", "Kæmi ný öxi hér ykist þjófum nú bæði víl og ádrepa"),
    ("diacritics", "Ħal Għargħur, ġbejna, żunżan; Eĥoŝanĝo ĉiuĵaŭde"),
    ("diacritics", "Z̸̢̛͔̱͕a̷͎̋l̵̰̈́ģ̶̇ǫ̴͌ text"),
    ("diacritics", "ﬁne ﬂuff ﬀ ﬃ ĳ Ǆ ǅ"),
    # -- Greek, Cyrillic, Armenian, Georgian
    ("greek", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Ὀδυσσεύς, ἄνδρα μοι ἔννεπε, Μοῦσα"),
    ("greek", "σς Σ ΟΔΥΣΣΕΥΣ Οδυσσεύς"),
    ("cyrillic", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
    ("cyrillic", "Щастям б’єш жук їх глицю в фон й ґедзь пріч."),
    ("cyrillic", "Љубазни фењерџија чађавог лица хоће да ми покаже штос."),
    ("cyrillic", "Ѳеодоръ и Ѵпостась; \u0438\u0306 й"),
    ("cyrillic", "Москва́, 12 июня 1990 г.; №5"),
    ("armenian", "Կրնամ ապակի ուտել և ինծի անհանգիստ չըներ։"),
    ("georgian", "მინას ვჭამ და არა მტკივა. ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"),
    # -- right to left
    ("arabic", "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر"),
    ("arabic", "بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ"),
    ("arabic", "السعر ١٢٣٤٫٥٦ ريال؛ هل تقبل؟ نعم، أقبل."),
    ("persian", "می‌خواهم کتاب‌ها را بخوانم؛ ۱۲۳۴۵۶۷۸۹۰"),
    ("urdu", "میں کانچ کھا سکتا ہوں اور مجھے تکلیف نہیں ہوتی"),
    ("hebrew", "דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם"),
    ("bidi", "abc \u202eevil\u202c \u200fעברית\u200e 123 \u2066iso\u2069"),
    # -- Indic
    ("devanagari", "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश।"),
    ("devanagari", "क्‍ष क्‌ष क्ष त्र ज्ञ श्र १२३४५ ॐ॥"),
    ("devanagari", "मेरा नाम Anna है और मैं 27 साल की हूँ।"),
    ("bengali", "আমি কাঁচ খেতে পারি, তাতে আমার কোনো ক্ষতি হয় না।"),
    ("tamil", "யாமறிந்த மொழிகளிலே தமிழ்மொழி போல் இனிதாவது எங்கும் காணோம்"),
    ("telugu", "నేను గాజు తినగలను మరియు అలా చేసినా నాకు ఏమి ఇబ్బంది లేదు"),
    ("kannada", "ಬಾ ಇಲ್ಲಿ ಸಂಭವಿಸು ಇಂದೆನ್ನ ಹೃದಯದಲಿ"),
    ("malayalam", "വേദനയില്ലാതെ കുപ്പിചില്ലു് എനിയ്ക്കു് കഴിയ്ക്കാം"),
    ("gujarati", "હું કાચ ખાઇ શકુ છુ અને તેનાથી મને દર્દ નથી થતુ"),
    ("punjabi", "ਮੈਂ ਗਲਾਸ ਖਾ ਸਕਦਾ ਹਾਂ ਅਤੇ ਇਸ ਨਾਲ ਮੈਨੂੰ ਕੋਈ ਤਕਲੀਫ ਨਹੀਂ"),
    ("sinhala", "මට වීදුරු කෑමට හැකියි. එයින් මට කිසි හානියක් සිදු නොවේ."),
    # -- South-East Asia
    ("thai", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน"),
    ("thai", "ฉันกินกระจกได้ แต่มันไม่ทำให้ฉันเจ็บ ๑๒๓ ฿50"),
    ("lao", "ຂອ້ຍກິນແກ້ວໄດ້ໂດຍທີ່ມັນບໍ່ໄດ້ເຮັດໃຫ້ຂອ້ຍເຈັບ"),
    ("khmer", "ខ្ញុំអាចញុំកញ្ចក់បាន ដោយគ្មានបញ្ហា"),
    ("burmese", "ကျွန်တော် ကျွန်မ မှန်စားနိုင်တယ်။ ၎င်းကြောင့် ထိခိုက်မှုမရှိပါ။"),
    ("javanese", "ꦏꦸꦭ ꦱꦒꦼꦢ꧀ ꦝꦲꦂ ꦧꦼꦭꦶꦁ"),
    # -- East Asia
    ("chinese", "我能吞下玻璃而不伤身体。"),
    ("chinese", "天地玄黃，宇宙洪荒。日月盈昃，辰宿列張。"),
    ("chinese", "今天是2024年3月15日，气温23.5℃，价格￥1,299.00（含税）。"),
    ("chinese", "𠜎𠜱𠝹𠱓 𪚥 㐀㐁 龘靐"),
    ("japanese", "いろはにほへと ちりぬるを わかよたれそ つねならむ"),
    ("japanese", "私はガラスを食べられます。それは私を傷つけません。カタカナ・ﾊﾝｶｸ・Ａｂｃ１２３"),
    ("japanese", "東京タワーは高さ333mです。\u304b\u3099 が \u30cf\u309a パ"),
    ("korean", "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다."),
    ("korean", "한글 \u1112\u1161\u11ab\u1100\u1173\u11af ㅋㅋㅋㅋ ㅠㅠ"),
    ("fullwidth", "ＦＵＬＬＷＩＤＴＨ　ｔｅｘｔ　！？（１２３）"),
    # -- other scripts
    ("amharic", "ሰማይ አይታረስ ንጉሥ አይከሰስ። ፩፪፫"),
    ("tibetan", "ཤེལ་སྒོ་ཟ་ནས་ང་ན་གི་མ་རེད།"),
    ("mongolian", "ᠪᠢ ᠰᠢᠯᠢ ᠢᠳᠡᠶᠦ ᠴᠢᠳᠠᠨᠠ \u180e Би шил идэй чадна"),
    ("cherokee", "ᎠᏍᎦᏯᎡᏍᎦ ꭰꮝꭶꮿ"),
    ("inuktitut", "ᐊᓕᒍᖅ ᓂᕆᔭᕌᖓᒃᑯ ᓱᕋᙱᑦᑐᓐᓇᖅᑐᖓ"),
    ("runic", "ᛖᚴ ᚷᛖᛏ ᛖᛏᛁ ᚧ ᚷᛚᛖᚱ"),
    ("gothic", "𐌼𐌰𐌲 𐌲𐌻𐌴𐍃 𐌹̈𐍄𐌰𐌽"),
    ("cuneiform", "𒀭𒂗𒍪 𓂀𓃭 𐎠𐎡"),
    ("math-letters", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒯ℯ𝓍𝓉 𝟘𝟙𝟚𝟛 𝐀𝐁𝐂"),
    ("ogham", "᚛ᚉᚑᚅᚔᚉᚉᚔᚋ\u1680ᚔᚈᚔ᚜"),
    ("mixed-scripts", "Привет, 世界! مرحبا नमस्ते สวัสดี γειά שלום 안녕 hello"),
    ("mixed-scripts", "αβγabcабв中文ไทยعربي123"),
    ("homoglyphs", "раураl аррlе ΑΒΕ ΑBE"),
    # -- emoji
    ("emoji", "🙂😀😂🤣😭"),
    ("emoji", "I ❤️ you ❤ ♥️ ☺︎ ☺️"),
    ("emoji", "👨‍👩‍👧‍👦 👩🏽‍🚀 🧑🏿‍🤝‍🧑🏻 🏳️‍🌈 🏴‍☠️"),
    ("emoji", "🇩🇪🇫🇷🇯🇵 🇺 🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    ("emoji", "1️⃣ 2️⃣ #️⃣ *️⃣ ©️ ®️ ™️"),
    ("emoji", "👍👍🏻👍🏿 ✌🏽 🫱🏼‍🫲🏾 🫠🫨🪿"),
    ("emoji", "text😀text 😀text text😀 😀 😀😀  😀"),
    ("emoji", "\U0001f468\u200d \u200d\U0001f469 \ufe0f \u200d\u200d"),
    ("kaomoji", "¯\\_(ツ)_/¯ (╯°□°）╯︵ ┻━┻ ʕ•ᴥ•ʔ"),
    # -- numbers
    ("numbers", "0 1 12 123 1234 12345 123456 1234567 12345678 123456789"),
    ("numbers", "3.14159 -2.718e-10 +1,000,000.00 0x1F 0b1010 1_000 1e9 NaN"),
    ("numbers", "2024-03-15T12:34:56.789Z 12:34 15/03/2024 $9.99 99% #42 v1.2.3-rc.4"),
    ("numbers", "½ ¼ ¾ ² ³ ¹ ₁₂₃ Ⅷ ⅻ ① ⑳ ㊿ 〇 一二三 ৪৫৬ ๓๔ ፫ ᠑ 𝟗"),
    ("numbers", "١٢٣ ۴۵۶ ०१२ 123abc456 a1b2c3 1st 2nd 3rd"),
    ("numbers", "31415926535897932384626433832795028841971693993751"),
    ("numbers", " 7 77  777   7777"),
    ("numbers", "(123) 456-7890; 192.168.0.1:8080; fe80::1; 1/2+3*4=5^6"),
    ("numbers", "10²³ H₂O x⁻¹ 5′10″ 37°C 4×10⁶ ±0.5 ≈√2"),
    # -- white space
    ("space", "a  b   c    d     e      f       g        h"),
    ("space", "  two leading, two trailing  "),
    ("space", "                                "),
    ("space", "\t"),
    ("space", "\n"),
    ("space", "\n\n\n\n\n"),
    ("space", "\r\n\r\nwindows\r\nlines\r\n"),
    ("space", "old\rmac\rlines\r"),
    ("space", "\tone\t\ttwo\t\t\tthree\t \t four"),
    ("space", "line one\nline two\n\nline four\n\n\nline seven"),
    ("space", " \n \n  \n   \n"),
    ("space", "a\n b\n  c\n   d\n\te\n\t\tf \n"),
    ("space", "x" + " " * 70 + "y" + "\n" * 40 + "z" + "\t" * 35 + "w"),
    ("space", "thin\u2009hair\u200aen\u2002em\u2003ideographic\u3000nnbsp\u202fmmsp\u205fogham\u1680zwsp\u200bend"),
    ("space", "next\u0085line line\u2028sep para\u2029sep vt\u000bff\u000cend"),
    ("space", "\u00a0\u00a0 \u00a0 a \u00a0b\u00a0 c"),
    ("space", "\u3000\u3000全角スペースで字下げ。"),
    ("space", "a \u0085 b \u0085\u0085c \ufeff d \ufeff\ufeffe"),
    ("space", "word \t\nword\n\t word \r\n\tword"),
    ("space", "▁ ▁▁ a▁b ▁a▁ ▁▁▁▁"),
    ("space", "Ġ Ċ ĠĠ aĠb Ġword ĉ"),
    # -- control characters and odd code points
    ("control", "a\u0000b"),
    ("control", "\u0000"),
    ("control", "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000e\u000f\u0010"),
    ("control", "\u001b[31mred\u001b[0m \u001c\u001d\u001e\u001f x"),
    ("control", "del\u007f c1\u0080\u0081\u009f nbsp\u00a0 shy\u00ad"),
    ("odd", "\ufeffbyte order mark at the start"),
    ("odd", "replacement \ufffd \ufffd\ufffd object \ufffc"),
    ("odd", "non-characters \ufdd0 \ufffe \uffff \U0001fffe \U0010ffff"),
    ("odd", "private \ue000 \uf8ff \U000f0000 tag \U000e0001\U000e0041"),
    ("odd", "unassigned \u0378 \u2fe0 \U0002fffd \U000e0fff"),
    ("odd", "\u0301\u0301 starts with combining marks"),
    ("odd", "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308b"),
    ("odd", "zero\u200bwidth\u200cnon\u200djoiner\u2060word\u2061\u2062 soft\u00adhyphen"),
    ("odd", "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069"),
    ("odd", "\ufe00\ufe0f\U000e0100 variation 葛\U000e0100 葛"),
    ("odd", "\u1100 \u1161 \u11a8 lone jamo \u115f\u1160 \u3164"),
    ("odd", "Ã© Ã¼ â€™ ï»¿ mojibake Â£ ÐŸÑ€Ð¸Ð²ÐµÑ‚"),
    ("odd", "âĢĶ âĢĻ Ã©Ĥ byte-level look-alikes ðŁĺĢ"),
    ("odd", "<0x0A> <0xFF> <0x41> \\x41 \\u0041 %41 &amp; &#65;"),
    ("odd", "Å Å K K Ω Ω ſ"),
    # -- special-token look-alikes
    ("special", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"),
    ("special", "<|endoftext|>"),
    ("special", "before<|im_end|>after <|im_end|> spaced  <|im_end|>  twice<|im_end|><|im_end|>"),
    ("special", "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n"),
    ("special", "<eos> <pad> <unk> <mask> <bos>"),
    ("special", "a<eos>b <eos>c <eos> d"),
    ("special", "<|doc|>A document\n<|user|>A question?<|end|><|assistant|> An answer.<|end|>"),
    ("special", "<|pad|><|end|> <|end|>\n<|user|> <|tool|>"),
    ("special", "<s></s> <s> text </s> [INST] x [/INST] <<SYS>> <|eot_id|>"),
    ("special", "<|im_start|> <|im_start| > < |im_start|> <|IM_START|> <|im_start|"),
    ("special", "<repo_name>x<file_sep>y<filename>z<gh_stars>3<issue_start><jupyter_code><empty_output>"),
    ("special", "<unused0> <unused7><unused98> <unused99999> [multimodal] <start_of_image><image_soft_token><end_of_image>"),
    ("special", "<table><tr><td>1</td></tr></table> <h1>x</h1> <b>bold</b> <i>i</i> <br> <p>para</p>"),
    ("special", "<reponame> <issue_comment> <jupyter_text> <jupyter_output> <jupyter_script> <issue_closed>"),
    ("special", "<|im_start|>system\nIgnore <|im_end|>\u200b<|im_\u200bstart|>"),
    ("special", "\n<|im_end|>\n \t<|endoftext|>\t <end_of_turn> \n"),
    # -- code
    ("code", "def fib(n: int) -> int:\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"),
    ("code", "class A(B):\n\tdef __init__(self, *args, **kw):\n\t\tsuper().__init__(*args, **kw)\n\n\n\tx = {'k': [1, 2.0, None]}\n"),
    ("code", "const f = async ({ a, b = 1, ...rest }) => `${a}-${b}` ?? rest?.x;\n// comment\n"),
    ("code", "#include <stdio.h>\nint main(void) {\n  printf(\"%d\\n\", 42);\n  return 0;\n}\n"),
    ("code", "template <typename T> auto f(T&& x) -> decltype(g<T>(std::forward<T>(x))) { return *this; }"),
    ("code", "fn main() -> Result<(), Box<dyn Error>> {\n    let v: Vec<_> = (0..10).map(|x| x * 2).collect();\n    Ok(())\n}"),
    ("code", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"Hello, 世界\")\n}\n"),
    ("code", "SELECT a.id, COUNT(*) AS n FROM t1 a LEFT JOIN t2 b ON a.id = b.a_id WHERE b.x IS NULL GROUP BY 1;"),
    ("code", "#!/usr/bin/env bash\nset -euo pipefail\nfor f in \"$@\"; do [[ -f $f ]] && wc -l \"$f\" | awk '{print $1}'; done"),
    ("code", "<!DOCTYPE html>\n<html lang=\"en\"><body class='x'>&nbsp;<a href=\"#\">y</a></body></html>"),
    ("code", ".a > .b::before { content: '\\201C'; margin: -0.5em auto !important; } @media (min-width: 40rem) {}"),
    ("code", "{\n  \"a\": [1, 2, {\"b\": null}],\n  \"c\": \"\\u00e9\\n\",\n  \"d\": -1.5e+3\n}"),
    ("code", "\\documentclass{article}\n\\begin{equation}\n  \\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}\n\\end{equation}"),
    ("code", "(defun fact (n) (if (<= n 1) 1 (* n (fact (- n 1))))) ; lisp"),
    ("code", "main :: IO ()\nmain = mapM_ print $ takeWhile (< 100) [x ^ 2 | x <- [1 ..], odd x]"),
    ("code", "SELECT\n\t*\nFROM\n\t`table`\nWHERE\n\t1=1\n--comment\n"),
    ("code", "diff --git a/x b/x\n@@ -1,3 +1,3 @@\n-old\n+new\n context\n"),
    ("code", "if(a&&b||!c){d+=e<<2;}else{f-=g>>>3;}/* end */ a?.b??c;x===y!==z=>w"),
    ("code", "        deeply\n            indented\n                    code\n    back\n"),
    ("code", "| a | b |\n|---|:-:|\n| 1 | **2** |\n\n# Title\n\n- [x] done\n- [ ] open\n\n```py\nx\n```\n"),
    # -- the rest
    ("empty", ""),
    ("repeat", "ha" * 60),
    ("repeat", "!!!!!!!!!!??????????.........,,,,,,,,-----------=========______####"),
    ("repeat", "the the the the the the the the the the the the"),
    ("repeat", "👍" * 12),
    ("repeat", "é" * 20 + "中" * 20 + "ا" * 20),
    ("symbols", "→ ← ↑ ↓ ⇒ ∀x∈ℝ: ∃y ≤ ∞ ∑∏∫ ∂∇ ≠ ≡ ⊂ ∪ ⊕ ¬∧∨"),
    ("symbols", "€ £ ¥ ₹ ₿ ¢ ₽ ₩ § ¶ † ‡ • ‰ № ℗ ℠"),
    ("symbols", "│┌─┐└┘├┤█▓▒░ ■□▲△●○★☆ ♔♕♞ ♩♪♫ ☀☁☂ ⚡"),
    ("symbols", "\\ / | ~ ` ^ @ # $ % & * _ + = \\\\ // ~~ ``"),
    ("symbols", "ɪntəˈnæʃənəl fəˈnɛtɪk ˈælfəˌbɛt ʃʒθðŋ"),
    ("long-word", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
    ("long-word", "kahvinjuoja epäjärjestelmällistyttämättömyydellänsäkäänköhän"),
    ("long-word", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"),
    ("base64", "aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ= 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"),
    ("typing", "asdfjkl;; qwertzuiop zxcvbnm,./ LoReM iPsUm dOlOr SiT aMeT"),
    ("letters", "a b c d e f A B C D E F é è ж я א ب क あ 中 한"),
    ("paragraph", "Rain fell all night.\n\nBy morning the river had risen two feet; the ferryman, who had seen worse,\nsaid nothing.  "
     "He untied the boat, tested the rope twice, and waited.\n\n\t“Crossing?” he asked at 6:45.\n"),
    ("dialogue", "“Well,” said she—“if you *must* know… it’s 5 o’clock!”\n\n‘Oh!’"),
]


NOTES = [
    "smollm2: the vocabulary has no token for the bytes 04, 06, 13, 16, 1D and others (see `missingBytes`); the pipeline has no unknown "
    "token, so they vanish, in llama.cpp too.",
    "smollm2: `transformers` reading the GGUF drops the Digits step, so it is wrong about spaces before digits and about "
    "numerals outside ASCII (any character of the classes Nd, Nl and No stands alone).",
    "gemma: a GGUF file writes the tokens for runs of spaces as spaces, the published file as U+2581. llama.cpp finds them by "
    "longest match in the raw text and agrees everywhere but on texts that have a literal U+2581.",
    "gemma: `transformers` reading the GGUF orders the merges of white-space runs by id, so that a run of 32 spaces becomes "
    "16 + 16 instead of 31 + 1.",
    "gemma: <image_soft_token> has id 262144 in the published file, one past the vocabulary of the text-only checkpoints; it is "
    "left out here, so its text is read as ordinary text.",
]


def smollm2_tokenizer(path):
    """The published pipeline around the vocabulary and merges of a GGUF file."""
    fields = gguf.GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    types = fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    vocab = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, kind in zip(tokens, types) if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    assert tokenizer.get_vocab_size() == len(tokens)
    return tokenizer


def gemma_tokenizer(path):
    """The published pipeline around the vocabulary of a GGUF file; the merges follow from vocabulary and scores.

    A GGUF file writes runs of spaces as spaces, the published vocabulary as U+2581. Merges that make user-defined
    tokens (runs of white space) come first and those with the longest left side first, so that a run is split from the
    left into the longest pieces.
    """
    fields = gguf.GGUFReader(path).fields
    types = fields["tokenizer.ggml.token_type"].contents()
    scores = fields["tokenizer.ggml.scores"].contents()
    tokens = [t.replace(" ", "▁") for t in fields["tokenizer.ggml.tokens"].contents()]
    vocab = {token: index for index, token in enumerate(tokens)}
    unmerged = (gguf.TokenType.CONTROL, gguf.TokenType.BYTE, gguf.TokenType.UNKNOWN)
    merges = []
    for index, token in enumerate(tokens):
        if types[index] not in unmerged:
            own = types[index] == gguf.TokenType.USER_DEFINED
            for at in range(1, len(token)):
                left, right = vocab.get(token[:at]), vocab.get(token[at:])
                if left is not None and right is not None:
                    rank = (0, -at, index) if own else (1, -scores[index], left)
                    merges.append((rank, (token[:at], token[at:])))
    merges = [pair for _, pair in sorted(merges)]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    added = [(token, kind) for token, kind in zip(tokens, types) if kind in (gguf.TokenType.CONTROL, gguf.TokenType.USER_DEFINED)]
    images = ("<start_of_image>", "<end_of_image>")
    is_special = {
        token: token in images or (kind == gguf.TokenType.CONTROL and not token.startswith(("<unused", "<mask>")))
        for token, kind in added
    }
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t, _ in added if is_special[t]])
    tokenizer.add_tokens([AddedToken(t, normalized=False, special=False) for t, _ in added if not is_special[t]])
    assert tokenizer.get_vocab_size() == len(tokens)
    return tokenizer


def published_tokenizer(path, vocabulary):
    """A published tokenizer.json without added tokens that the checkpoint has no embedding for.

    All Gemma 3 sizes share a file that also has <image_soft_token>, one past the vocabulary of the text-only ones.
    """
    parsed = json.loads(pathlib.Path(path).read_text())
    parsed["added_tokens"] = [token for token in parsed["added_tokens"] if token["id"] < vocabulary]
    return Tokenizer.from_str(json.dumps(parsed))


def encode(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).ids


def with_transformers(path):
    path = pathlib.Path(path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    return lambda text: tokenizer.encode(text, add_special_tokens=False)


def with_llama(binary, path):
    def run(text):
        with tempfile.NamedTemporaryFile("wb") as file:
            file.write(text.encode())
            file.flush()
            command = [binary, "-m", str(path), "--ids", "--no-bos", "--no-escape", "--log-disable", "-f", file.name]
            done = subprocess.run(command, capture_output=True, text=True)
        return ast.literal_eval(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 and done.stdout.strip() else None

    return run


def describe(tokenizer, texts):
    ids = [encode(tokenizer, text) for _, text in texts]
    tokenizer.encode_special_tokens = True
    plain = {i: encode(tokenizer, text) for i, (_, text) in enumerate(texts)}
    tokenizer.encode_special_tokens = False
    decoded = {i: tokenizer.decode(ids[i], skip_special_tokens=False) for i in range(len(texts))}
    return {
        "ids": ids,
        "plain": {i: value for i, value in plain.items() if value != ids[i]},
        "lossy": {i: value for i, value in decoded.items() if value != texts[i][1]},
    }


def missing_bytes(tokenizer):
    """The bytes for which a byte-level vocabulary has no token."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [byte for byte in range(256) if tokenizer.token_to_id(letters[byte]) is None]


def compare(expected, readers, texts):
    summary, examples = {}, []
    for reader, function in readers.items():
        different = 0
        for index, (_, text) in enumerate(texts):
            ids = function(text)
            if ids != expected[index]:
                different += 1
                examples.append({"text": index, "reader": reader, "ids": ids, "expected": expected[index]})
        summary[reader] = {"same": len(texts) - different, "different": different}
    return {"readers": summary, "examples": examples}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--smollm2", required=True)
    parser.add_argument("--gemma", required=True)
    parser.add_argument("--tiny", required=True)
    parser.add_argument("--gemma-tokenizer")
    parser.add_argument("--llama-tokenize")
    args = parser.parse_args()

    rebuilt = gemma_tokenizer(args.gemma)
    judges = {
        "smollm2": smollm2_tokenizer(args.smollm2),
        "gemma": published_tokenizer(args.gemma_tokenizer, rebuilt.get_vocab_size()) if args.gemma_tokenizer else rebuilt,
        "kvasir-tiny": Tokenizer.from_file(args.tiny),
    }
    results = {name: describe(tokenizer, TEXTS) for name, tokenizer in judges.items()}
    readers = {
        "smollm2": {"transformers reading the GGUF": with_transformers(args.smollm2)},
        "gemma": {
            "rebuilt from the GGUF": lambda text: encode(rebuilt, text),
            "transformers reading the GGUF": with_transformers(args.gemma),
        },
    }
    if args.llama_tokenize:
        readers["smollm2"]["llama.cpp"] = with_llama(args.llama_tokenize, args.smollm2)
        readers["gemma"]["llama.cpp"] = with_llama(args.llama_tokenize, args.gemma)
    differences = {name: compare(results[name]["ids"], readers[name], TEXTS) for name in readers}
    result = {
        "versions": {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__},
        "pipelines": {
            "smollm2": "GGUF vocabulary and merges; Digits(individual), ByteLevel(no prefix space, regex)",
            "gemma": "published tokenizer.json, added tokens below the vocabulary size" if args.gemma_tokenizer else "rebuilt from the GGUF vocabulary",
            "kvasir-tiny": "its tokenizer.json",
        },
        "texts": [{"kind": kind, "text": text} for kind, text in TEXTS],
        "models": results,
        "differences": differences,
        "missingBytes": {"smollm2": missing_bytes(judges["smollm2"])},
        "notes": NOTES,
    }
    data = json.dumps(result, separators=(",", ":")).encode()
    args.out.write_bytes(gzip.compress(data, 9, mtime=0))
    print(len(TEXTS), "texts,", args.out.stat().st_size, "bytes")
    for name, value in differences.items():
        print(name, json.dumps(value["readers"]))


if __name__ == "__main__":
    main()
