"""Write what the reference's Oniguruma matches, for the tests to compare with.

    python golden.py > golden.json

Made with tokenizers 0.23.3 (Oniguruma 6.9.10) on Python 3.11. Each expression of EXPRESSIONS and of a thousand made
at random is matched against TEXTS: the digest is of the texts with the matches replaced, null where it is refused.
"""

import hashlib
import json
import random
import sys

from tokenizers import Regex
from tokenizers import normalizers as norm

TEXTS = ["", "a", "aab abc  12 x_y\n\tB\r\n", "½ Ⅷ é e\u0301 “ſ” ß SS \u212a kK İi ﬁ st ﬆ", "a\nb\n", "漢字 かな 한국 Привет ΣΑΣ",
         "don't DON'T 'ſ we'LL \u2019s", "   \n\n  x\u00a0\u3000y\u0085z\u200b", "(a)[b]{c}$+<=>^`|~!€²ⓐ", "aaaa ba\tcab 3.14,15"]
EXPRESSIONS = [
    r"\w+", r"\W+", r"\b", r"\B", r"\b\w", r"\d+", r"\D+", r"\s+", r"\S+", r"\h+", r"\H+", r"\R", r"\N+", r"\O+", r".", r"(?m).+",
    r"[[:punct:]]+", r"[[:alpha:]]+", r"[^[:alpha:]]+", r"[[:^space:]]+", r"[[:lower:][:digit:]]+", r"[[:upper:]]", r"[[:alnum:]]+",
    r"[[:graph:]]+", r"[[:print:]]+", r"[[:blank:]]", r"[[:cntrl:]]", r"[[:xdigit:]]+", r"[[:word:]]+", r"[[:ascii:]]+",
    r"\p{Punct}+", r"\p{PosixPunct}+", r"\p{Han}+", r"\p{Hiragana}|\p{Hangul}", r"\p{Greek}+", r"\p{Letter}", r"\p{^Lu}+", r"\P{^Lu}+",
    r"\p{Other_Letter}", r"\p{alphabetic}+", r"\p{Lower_case_letter}", r"\p{lowercase}+", r"\p{White_Space}", r"\p{N}{1,3}",
    "^", "$", r"\A", r"\Z", r"\z", r"^a", r"b$", r"\Aa", r"\n\Z", r"", r"|a", r"()", r"a{0}", r"a*", r"a*?", r"a+?b", r"a??b", r"a?+a",
    r"a++b", r"a++a", r"a*+b", r"(?>a+)b", r"(?>a|ab)c", r"(?=a)", r"(?!a)\w", r"(?<=a)b", r"(?<!a)b", r"(?<=a+)b", r"(?<=a|bc)\w",
    r"(?<=\bx)_", r"(?<=^|\s)\w", r"(?<!\w)\w", r"(?=(?<=a)b)\w", r"a{2}", r"a{2,}", r"a{,2}", r"a{1,2}?", r"a{2}?", r"a{2}+", r"a{3,1}",
    r"a{1,2}+a", r"a{,}", r"a{x", r"a**", r"(?:a*)*b", r"(a*)*", r"(?:|a)+", r"(?:a|b|ab)*c", r"(?:a|)+b", r"(?:\s|a*)+", r"(?:(?:a?){2}b?)*",
    r"(?i)ss", r"(?i)ß", r"(?i)[ß]", r"(?i)[ßs]", r"(?i)k", r"(?i)st", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)", r"(?i)i", r"(?i)İ", r"(?i)[a-z]+",
    r"(?i)[^a-z]+", r"(?i)\p{Lu}+", r"(?i)[\p{Lu}]+", r"(?i)σ", r"(?i)привет", r"(?i)ﬁ", r"(?i)fi", r"(?i)[[:upper:]]+", r"a(?i)b|c", r"(?i)a(?-i)B",
    r"(?i:a)B", r"(?<=(?i)s)s", r"(?x) a a  # twice", r"(?x: a )b", r"(?#no)a", r"(?<n>a)b", r"(?'n'a)b", r"[]a]", r"[^]a]", r"[a-c-e]",
    r"[a-]", r"[-a]", r"[a\-z]", r"[\w-]+", r"[\w-z]+", r"[a-z&&[^b]]+", r"[a-z&&b-y&&[^c]]", r"[^a-z&&[^b]]", r"[a[bc]x]", r"[^a[b]]",
    r"[a&&b]", r"[\b]", r"[\R]", r"[\n\t]", r"[.$^]", r"[(a)]", r"\x61", r"\x{61}", r"\u0061", r"\xc3\xa9", r"\141", r"\o{141}", r"\0", r"\t", r"\(a\)",
    r"\-", r"\$", r"a]", r"a}", r"{", r"[一-龥぀-ゟ゠-ヿ]+", r"\p{L}\p{M}*+", r"[^\s\p{L}\p{N}]++[\r\n]*+", r"\s++$", r"\s+(?!\S)|\s", r"[\p{L}--a]",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?"
    r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
    r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[[:alpha:]]+| ?[[:digit:]]+| ?[^\s[:alpha:][:digit:]]+|\s+(?!\S)|\s+", r"[0-9][0-9][0-9]", r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "*a", "^*", "a|*", "(?=a)*b", "(", ")", "[", "[a", "a\\", "[z-a]", r"[a-\d]", "[[:foo:]]", r"\p{Nothing}", r"\p{Lu", "(?s)a", "a{100001}", "(?<a", "[]",
]

# What the Go package matches in another way: empty rounds of a loop with a fixed number of them, and \\b in a
# look-behind of several lengths at the start of a text.
UNEQUAL = (r"(?:\w{2,}(?:k\p{Lu}{,2}|[^\s\p{L}](?:s+?k+?", r"(?i:(?<=(?: k{1,2}|k[[:punct:]]{2})[a-c1]*")
SLOW = r"((?<=[^\s\p{L}]{1,2}1|[^\s\p{L}])(?>s?)|[^a]{1,2}){2,}"  # takes too many steps


def marked(expression, text):
    try:
        return norm.Replace(Regex(expression), "\u27e8\u27e9").normalize_str(text)
    except BaseException:
        return None


def atom(rng, depth):
    if depth > 0 and rng.random() < 0.3:
        return rng.choice(["(%s)", "(?:%s)", "(?>%s)", "(?=%s)", "(?!%s)", "(?<=%s)", "(?i:%s)", "(?:%s)"]) % expression(rng, depth - 1)
    return rng.choice(["a", "b", "ab", "s", "k", " ", "1", ".", r"\w", r"\s", r"\S", r"\d", r"\b", "^", "$", r"\p{L}", r"\p{Lu}", "[ab]", "[^a]",
                       "[a-c1]", r"[\p{L}']", "é", "ß", "'", r"[^\s\p{L}]", r"[[:punct:]]", r"\n"])


def expression(rng, depth):
    def part():
        a = atom(rng, depth)
        single = len(a) == 1 or a[0] in "[(" or (a[0] == "\\" and a != r"\b")
        if single and not a.startswith(("(?=", "(?!", "(?<")) and a not in "^$" and rng.random() < 0.45:
            a += rng.choice(["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{2,}", "{,2}", "{1,2}?"])
        return a
    return "|".join("".join(part() for _ in range(rng.randint(1, 3))) for _ in range(rng.choice([1, 1, 2, 3])))


def main():
    seed, count = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 1 else (1, 1000)
    rng = random.Random(seed)
    made = [e for e in (expression(rng, 3) for _ in range(count)) if not e.startswith((*UNEQUAL, SLOW))]
    out = []
    for e in EXPRESSIONS + made:
        got = [marked(e, t) for t in TEXTS]
        out.append([e, None if None in got else hashlib.sha256("\0".join(got).encode()).hexdigest()[:12]])
    lines = ",\n".join(json.dumps(o, ensure_ascii=False) for o in out)
    print('{"texts": %s,\n"expressions": [\n%s\n]}' % (json.dumps(TEXTS), lines))


main()
