"""Writes what jinja2 makes of small templates, for the tests of package jinja.

    python golden_jinja.py

The environment is the one that transformers compiles chat templates in. Beside
this script it writes jinja.json: templates with what they render to, or null
where jinja2 refuses them.

Made with jinja2 3.1.6, transformers 5.24.0, Python 3.11.7.
"""

import datetime
import json
import pathlib
import re

from transformers.utils import chat_template_utils as utils

NAMES = {
    "messages": [
        {"role": "system", "content": " Be brief.\n"},
        {"role": "user", "content": "Hi <b>you</b> & 'me' \"there\""},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello!", "tool_calls": None},
        {"role": "user", "content": "你好 é ß", "name": "Ann", "parts": [{"type": "text", "text": "a"}, {"type": "image"}]},
    ],
    "n": 7, "m": -3, "f": 2.5, "s": "Hello World", "e": "", "t": True, "z": None, "l": [3, 1, 2], "big": 12345678901234567890,
    "d": {"b": 2, "a": 1, "C": [1, {"x": "y"}]}, "words": ["banana", "Apple", "cherry", "apple"], "nested": [[1, 2], [3]],
    "people": [{"n": "Bo", "a": 3, "g": "x"}, {"n": "al", "a": 1, "g": "y"}, {"n": "Cy", "a": 3, "g": "X"}],
    "bos_token": "<s>", "tools": None,
}

E = """
1 + 2|n - m|n * f|7 / 2|7 // 2|-7 // 2|7 // -2|-7 % 3|7 % -3|7.5 % 2|-7.5 // 2|2 ** 10|2 ** -1|2 ** 0.5|2 ** 3 ** 2|-2 ** 2|2 ** 64|2 ** 64 // 3|-(2 ** 70) % 1000
big|big + 1|big * big|big // 7|1.0|1e16|1e15|1e-5|0.0001|1.5e300 * 1e10|0.1 + 0.2|100.0|-0.0|1_000|0x1F|0b101|0o17|1_0.5|3.0 // 2|10 / 5|7 / 0|7 // 0|7 % 0|7.0 % 0|0 ** -1
true|false|none|True|None|not true|not none|true + 1|true == 1|1 == 1.0|1 < 2|1 < 2 < 3|3 > 2 > 2|1 == 1 == 1|"a" < "b"|"a" == "a"|"a" != "b"|[1, 2] == [1, 2]|[1] < [2]|(1, 2) < (1, 3)|(1, 2) == [1, 2]|{"a": 1} == {"a": 1.0}|1 < "a"|none < 1|none == none|1 in l|9 in l|9 not in l|"ell" in s|"x" in d|"a" in d|1 in 5|1 in "a"
"a" + "b"|"a" ~ 1 ~ none ~ true ~ 1.0|"a" + 1|1 + "a"|"ab" * 3|3 * "ab"|[1] * 3|[1] + [2]|(1,) + (2,)|[1] + (2,)|"a" * -1|-"a"|+n|-f|--n|not not n|-true
"Date: %s" % "May"|"%s and %s" % ("a", 1)|"%d" % 5|"%5d|%-5d|%05d|%+d" % (1, 2, 3, 4)|"%.2f" % 3.14159|"%8.3f" % 2.5|"%e" % 12345.678|"%g" % 0.0001|"%g" % 1e10|"%x %X %o" % (255, 255, 8)|"%#x" % 255|"%c" % "a"|"%c" % 97|"%r" % "a"|"%%"|"%s%%" % 5|"%(a)s %(b)d" % {"a": 1, "b": 2}|"%s" % (1, 2)|"%s %s" % 1|"%s" % [1, 2]|"%d" % "a"|"%d" % 3.9|"%*d" % (5, 3)|"%.3s" % "abcdef"|"%-8s!" % "ab"|"%i" % true|"%q" % 1|"%" % 1|"%5%" % ()|"%s" % none|"%s" % {"a": 1}|"%G" % 1e-10|"%.0f" % 0.5|"%.0f" % 1.5|"%#.3g" % 1.0|"%s" % undefined
n if n else m|"a" if false|("a" if false) is undefined|1 if 0 else 2 if 0 else 3|n or m|0 or ""|n and m|0 and n|not n and m|n and not m or 5|z or "dflt"|1 if none is none and 2 else 3
l[0]|l[-1]|l[5]|l[5] is defined|l["x"]|l[1:]|l[:-1]|l[::-1]|l[::2]|l[5:]|l[-2:]|l[2:0:-1]|s[0]|s[-1]|s[1:4]|s[::-1]|s[99]|s[:3] ~ s[3:]|s[::2]|s[-100:2]|"你好吗"[1]|"你好吗"[-2:]|l[::0]|d["a"]|d.a|d["q"]|d.q|d.C[1].x|d["C"][1]["x"]|d.q.r|nope|nope.x|nope + 1|nope ~ "a"|nope == nope|nope is defined|nope[0]|-nope|nope()|nope < 1|1 in nope|l.0|nested.0.1|d.items|(1, 2)[0]|(1, 2, 3)[1:]|"a".b|l[true]|l[1.0]|range(10)[2]|range(10)[2:5]|range(10)[::3]|range(5)[-1]
[1, "a", none, true, 1.5]|(1,)|()|(1, 2)|[]|{}|{"a": 1, "b": [1, "x"]}|{1: 2, none: 3, 1.0: 4}|{"a": 1}|[[1], {"a": (1,)}]|["it's", 'a "q"', "b'\\"", "\\n\\t\\\\"]|["é", "\\u200b", "\\x00", "\\xa0"]|1, 2|[1, 2,]|{"a": 1,}|{[1]: 2}|{(1, 2): 3}|"a" "b"|'x\\ty\\x41\\u00e9\\101\\q'|"a\\
b"|[undefined_name]|[1.0, 1e100, 10000000000000000.0]
d.items()|d.keys()|d.values()|d.get("a")|d.get("q")|d.get("q", 5)|d.items()|list|d.copy()|d.pop("a")|d.update({})|l.append(1)|l.pop()|l.count(1)|l.index(2)|l.index(9)|l.sort()|d.keys()|list|d.values()|sum if false else 1|d.get()|dict(a=1, b=2)|dict({"x": 1}, y=2)|dict([("a", 1)])|dict(d)|range(5)|range(5)|list|range(2, 8, 3)|list|range(5, 0, -2)|list|range(3) == range(3)|range(0)|range(1, 2, 0)|range()|range("a")|range(1000000)|range(10)|length|(range(3)|list) + [9]
s.upper()|s.lower()|s.title()|"hello wORLD".capitalize()|s.swapcase()|"  a b ".strip()|" a ".lstrip()|" a ".rstrip()|"xxaxx".strip("x")|"abcba".strip("ab")|"xxaxx".lstrip("x")|"a,b,,c".split(",")|" a  b ".split()|"a b c".split(" ", 1)|"a b c d".split(none, 2)|"abc".split("")|"a,b,c".rsplit(",", 1)|" a b  c ".rsplit(none, 1)|" a b c".split(maxsplit=1)|"a\\nb\\r\\nc\\n".splitlines()|"a\\nb".splitlines(true)|"a-b-c".partition("-")|"a-b-c".rpartition("-")|"abc".partition("x")|"abc".rpartition("x")|s.startswith("He")|s.endswith("ld")|s.startswith(("a", "H"))|s.startswith("l", 2)|s.endswith("lo", 0, 5)|s.replace("l", "L")|s.replace("l", "L", 1)|"abc".replace("", "-")|"abc".replace("", "-", 2)|", ".join(["a", "b"])|",".join([1])|"".join("abc")|s.find("o")|s.rfind("o")|s.find("zz")|s.index("o")|s.index("zz")|s.count("l")|s.find("o", 5)|s.count("l", 0, 4)|"abc".find("")|"é你x".find("x")
"a".center(6)|"a".center(5, "*")|"ab".center(5, "*")|"ab".center(6, "*")|"a".ljust(4, ".")|"a".rjust(4, ".")|"a".ljust(4, "..")|"-5".zfill(4)|"5".zfill(3)|"abc".zfill(2)|"a\\tb".expandtabs(4)|"abc".removeprefix("a")|"abc".removesuffix("c")|"abc".removesuffix("x")|"abc".isalpha()|"a1".isalnum()|"12".isdigit()|"12".isnumeric()|"12".isdecimal()|" ".isspace()|"".isspace()|"AB".isupper()|"A1".isupper()|"1".isupper()|"ab".islower()|"aB".islower()|"Ab Cd".istitle()|"abc".isascii()|"é".isascii()|"ß".casefold()|"ß".upper()|"éA".swapcase()|"they're bill's".title()|"a".nope()|"a".upper|"abc".upper(1)
"{}".format(1)|"{} {}".format("a", 2)|"{0} {1} {0}".format("a", "b")|"{x}".format(x=5)|"{:>5}".format("a")|"{:<5}|".format("a")|"{:^5}|".format("a")|"{:*^5}".format("a")|"{:05d}".format(42)|"{:.2f}".format(3.14159)|"{:,}".format(1234567)|"{:+d}".format(5)|"{:x}".format(255)|"{:#x}".format(255)|"{:b}".format(5)|"{:e}".format(12345.678)|"{:%}".format(0.25)|"{:.1%}".format(0.256)|"{{}}".format(1)|"{!r}".format("a")|"{a.b}".format(a={"b": 1})|"{0[0]}".format([1])|"{a[x]}".format(a={"x": 3})|"{".format(1)|"}".format(1)|"{}".format()|"{1}".format(1)|"{} {0}".format(1)|"{:d}".format("a")|"{:s}".format("abc")|"{:.2}".format("abc")|"{:5}".format(1)|"{:5}|".format("a")|"{:{w}}".format("a", w=4)|"{:g}".format(1.0)|"{:.3}".format(3.14159)|"{:.3}".format(3.0)|"{:.1}".format(30.0)|"{:010.2f}".format(-3.14159)|"{:<8.1f}|".format(2.25)|"{:_}".format(1234567)|"{}".format(none)|"{:5}".format(none)|"{}".format([1, "a"])|"{:5}".format(true)|"{:d}".format(true)|"{:c}".format(65)|"{:n}".format(5)|"{0.__class__}".format(1)
s|upper|s|lower|"foo bar-baz (qux)"|title|"hELLO"|capitalize|"  x "|trim|"xxaxx"|trim("x")|5|trim|s|length|l|length|d|length|n|length|none|length|e|length|nope|length|s|count|s|first|s|last|l|first|l|last|[]|first|[]|last|""|first|d|first|l|join|l|join(", ")|l|join("-")|[1, none, "a"]|join("|")|people|join(", ", attribute="n")|s|join("-")|d|join|l|list|s|list|d|list|nope|list|n|list|l|sum|people|sum(attribute="a")|[0.5, 1]|sum|[]|sum|["a"]|sum|l|sum(start=10)|l|reverse|list|s|reverse|l|sort|l|sort(reverse=true)|words|sort|words|sort(case_sensitive=true)|people|sort(attribute="n")|people|sort(attribute="a,n")|people|sort(attribute="a", reverse=true)|map(attribute="n")|list|[1, "a"]|sort|l|min|l|max|[]|min|words|max|words|min|people|min(attribute="a")|words|unique|list|words|unique(case_sensitive=true)|list|[1, 1.0, true, 2]|unique|list|people|unique(attribute="a")|list
people|map(attribute="n")|list|people|map(attribute="q")|list|people|map(attribute="q", default="d")|list|words|map("upper")|join(" ")|words|map("replace", "a", "x")|list|l|map("string")|list|words|map("length")|sum|l|select("odd")|list|l|reject("odd")|list|[0, 1, "", "a"]|select|list|[0, 1]|reject|list|people|selectattr("a", "equalto", 3)|list|length|people|selectattr("a", "==", 3)|map(attribute="n")|list|people|selectattr("q")|list|people|rejectattr("a", "gt", 2)|list|messages|selectattr("role", "equalto", "user")|list|length|messages|selectattr("role", "in", ["user", "system"])|list|length|l|select("gt", 1)|list|l|select("nope")|list|l|map("nope")|list|l|select("odd")|length|(l|select("odd"))[0]|l|map("abs")|list|nested|map("first")|list|nested|map(attribute=0)|list|nested|map(attribute="0")|list|people|selectattr("n", "defined")|list|length|messages|rejectattr("tool_calls", "undefined")|list|length|l|select("divisibleby", 3)|list
people|groupby("g")|people|groupby("a")|length|people|groupby("g", case_sensitive=true)|map("first")|list|(people|groupby("a"))[0].grouper|(people|groupby("a"))[1].list|length|people|groupby("q", default="w")|d|dictsort|d|dictsort(reverse=true)|{"b": 1, "a": 2}|dictsort(by="value")|d|dictsort(true)|l|dictsort|d|items|list|nope|items|list|l|items|list|l|batch(2)|list|l|batch(2, "x")|list|range(7)|slice(3)|list|range(7)|slice(3, "x")|list|nope|default("x")|z|default("x")|z|default("x", true)|e|d("y", boolean=true)|nope|default|d.q|default("x")|d.q.r|default("x")
"5"|int|"5.7"|int|"x"|int|"x"|int(9)|"0x1f"|int(0, 16)|"ff"|int(base=16)|5.9|int|-5.9|int|none|int|true|int|" 12 "|int|"1_000"|int|"1e3"|int|nope|int|"5"|float|"x"|float|"x"|float(1.5)|"1e3"|float|"inf"|float|"nan"|float|"-inf"|float|none|float|2.5|round|3.5|round|42.55|round(1)|42.55|round(1, "floor")|42.55|round(1, "ceil")|42|round|1234|round(-2)|1250|round(-2)|1234.5|round(-2)|0.125|round(2)|2.675|round(2)|-2.5|round|"a"|round|-5|abs|-5.5|abs|"a"|abs|5|float|5|string|none|string|1.0|string|l|string|(5|string) + "a"|1e400|float|42.5|round|int|2.5|round(0)|7|round(1, "ceil")|1|round(2, "nope")
"a\\nb\\n\\nc"|indent|"a\\nb"|indent(2)|"a\\nb"|indent(2, true)|"a\\n\\nb"|indent(2, blank=true)|"a\\nb"|indent("> ")|"a\\n"|indent|"foo bar baz qux"|truncate(9)|"foo bar baz qux"|truncate(9, true)|"foo bar baz qux"|truncate(11)|"foo bar baz qux"|truncate(11, false, "..", 0)|"foo bar"|truncate(2)|"foo bar"|center(11)|("a"|center)|length|"a b, c-d e_f"|wordcount|"a b"|replace(" ", "_")|"aaa"|replace("a", "b", 2)|5|replace(5, 6)|"%s %s"|format("a", 1)|"%(x)s"|format(x=5)|"a b/c?é"|urlencode|{"a": "b c", "d": 1}|urlencode|"<a href='x'>&\\""|escape|"<b>"|e|"<b>"|safe|s|attr("upper")|d|attr("a")|d|attr("items")|s|nofilter|s is notest
d|tojson|l|tojson|s|tojson|none|tojson|true|tojson|1.0|tojson|1e100|tojson|messages[1]|tojson|"é\\u2028</script>\\x00\\x7f"|tojson|"é😀"|tojson(ensure_ascii=true)|d|tojson(indent=2)|d|tojson(indent=0)|[]|tojson(indent=2)|{}|tojson(indent=2)|d|tojson(indent="\\t")|d|tojson(separators=(",", ":"))|d|tojson(sort_keys=true)|{1: 2, none: 3, true: 4, 1.5: 5}|tojson|(1, 2)|tojson|range(3)|tojson|nope|tojson|d.items()|tojson|{"b": 1, "a": {"d": 1, "c": 2}}|tojson(indent=1, sort_keys=true)|("inf"|float)|tojson|("nan"|float)|tojson|{(1, 2): 3}|tojson|d|tojson(4)|d|tojson(false, 4)|big|tojson|[nope]|tojson
n is odd|n is even|n is divisibleby 7|n is divisibleby(2)|n is defined|nope is undefined|z is none|t is boolean|t is true|t is false|1 is true|n is integer|f is float|t is integer|t is number|n is number|"1" is number|s is string|d is mapping|l is sequence|d is sequence|s is sequence|n is sequence|l is iterable|n is iterable|nope is iterable|range(3) is sequence|range is callable|n is callable|s is sameas s|l is sameas l|[1] is sameas [1]|none is sameas none|n is eq 7|n is equalto(7)|n is ne 7|n is lt 8|n is gt 8|n is ge 7|n is le 7|n is lessthan 8|n is greaterthan 8|"a" is in "abc"|1 is in l|s is lower|"ab" is lower|"AB" is upper|"upper" is filter|"nope" is filter|"odd" is test|s is escaped|n is not odd|n is not none and t|not n is odd|n is odd is even|none is not defined|s is string and s is not mapping|(l|select) is iterable|(l|select) is sequence|(l|select) is string|n is divisibleby 0|"a" is odd
"".__class__|messages.__init__|messages.__init__.__globals__|"".__class__.__mro__|""|attr("__class__")|[].__len__()|d.__class__ is defined|namespace(_x=1)|range.__call__|d["__class__"]|"{0.__class__}".format(s)
raise_exception("no, sir")|namespace(a=1).a|namespace(a=1).b|namespace({"a": 2}).a|cycler("a", "b").next()|joiner("x")()|loop|caller|varargs|strftime_now("%Y-%m-%d")|strftime_now("%d %b %Y")|strftime_now("%-d %B %y, %A %a")|strftime_now("%e|%k|%l|%I|%p|%H:%M:%S|%j|%U|%W|%V|%u|%w|%%|%n|%C|%G|%g|%h|%P|%s" if false else "%e")|strftime_now("%H:%M:%S %I %p %j %U %W %V %u %w %% %C %G %g %h %P %k %l")|strftime_now("%D %F %T %R %c %x %X %r")|strftime_now("%-m/%-d/%-I %_d %0e %^b %^A %#p %-H %-M %-j")|strftime_now("100% sure%")|strftime_now("%f")
messages[0].content|messages[0]["content"]|trim|messages[-1].name|messages[0].name|messages[0]|messages[3].parts[0].text|messages|length|messages[1:]|length|messages|map(attribute="role")|join(",")|messages[2].content.split("</think>")[-1].lstrip("\\n")|messages[2].tool_calls is none|messages[0].get("name", "x")|messages[2]["content"].split("<think>")[0]|messages == messages|messages[0] == messages[1]|messages[0] in messages|messages[0].items()|list|"role" in messages[0]
(1|2) + 3|l[0]|string|-5|abs|(-5)|abs|s|upper|lower|title|"a"~"b"|upper|("a"~"b")|upper|1 + 2|string|2 * 3|string|n|string ~ "x"|not n|string|s.split()[0]|s.split(" ")|first|upper|(s|upper).lower()|s|upper is string|[1, 2]|length + 1|n == 7 and s|length == 11|"x" if l|length > 2 else "y"|1 in l and 2 in l|not 1 in l|not (1 in l)|n in [7] == true|s|replace("o", "0")|replace("l", "1")|(l)|first|((((n))))
1 +|+|(|)|[|]|{|}|{"a"}|{"a":}|n n|n.|n[|n[]|n(|s|s|upper(|1 if|if|"a|'a|n @ m|n ? m|n = 1|n is|n is not|l[1:2:3:4]|f(a=1, 2)|f(**d, 1)|n|upper()()|a..b|1.2.3|n!|$|`n`|n; m|not|not in|in l|1 not 2|a if b else|08|0_1|1__0
"""

S = r"""
a

b


===
{% if true %}
a
{% endif %}
b
===
  {% if true %}
  a
  {% endif %}
  b
===
a {% if true %} b {% endif %} c
===
a {%- if true -%} b {%- endif -%} c
===
a  {{- 1 -}}  b
===
a
  {%+ if true %}
x
  {%+ endif %}
===
a {{ 1 }}
{{ 2 }}
{{- 3 }}
===
{% if true +%}
a
{% endif +%}
b
===
{# c #}
a
  {# c #}
b {# c #} d
{#- c -#}
e
===
{%- for x in l %}
  {{ x }}
{%- endfor %}
===
{% for x in l %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}
===
{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}
===
{% for x in [] %}a{% else %}b{% endfor %}
===
{% for x in nope %}a{% else %}b{% endfor %}
===
{% for x in l %}{% break %}{% else %}b{% endfor %}
===
{% for x in l %}{{ x }}{% if loop.first %}{% continue %}{% endif %}{% break %}{% else %}b{% endfor %}
===
{% for x in l %}{% continue %}{% else %}b{% endfor %}
===
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
===
{% for k in d %}{{ k }}{% endfor %}
===
{% for a, b in nested %}{% endfor %}
===
{% for (a, b) in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}
===
{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}
===
{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{{ loop.length }}{% endfor %}
===
{% for x in l if x > 9 %}{% else %}none{% endfor %}
===
{% for x in 1, 2 %}{{ x }}{% endfor %}
===
{% for x in 5 %}{% endfor %}
===
{% for c in "你好" %}{{ c }}.{% endfor %}
===
{% for x in nested recursive %}{{ loop.depth }}{% if x is iterable %}[{{ loop(x) }}]{% else %}{{ x }}{% endif %}{% endfor %}
===
{% for x in l %}{{ loop(l) }}{% endfor %}
===
{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}
===
{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
===
{% for x in l %}{% set outer = loop %}{% for y in [1] %}{{ outer.index }}{% endfor %}{% endfor %}
===
{% set x = 1 %}{% for y in l %}{{ x }}{% set x = y %}{{ x }}{% endfor %}{{ x }}
===
{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}
===
{% for y in l %}{% set q = y %}{% endfor %}{{ q is defined }}{{ y is defined }}{{ loop is defined }}
===
{% set ns = namespace(x=0) %}{% for y in l %}{% set ns.x = ns.x + y %}{% endfor %}{{ ns.x }}
===
{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }}{{ ns.b }}{{ ns.a is defined }}{{ ns.b is defined }}{{ ns['a'] }}
===
{% set ns = namespace() %}{% set ns._a = 1 %}
===
{% set d.x = 1 %}
===
{% set a, b = 1, 2 %}{{ a }}{{ b }}
===
{% set a = b = 1 %}
===
{% set a = 1, 2 %}{{ a }}
===
{% set x %}a{{ n }}b{% endset %}{{ x }}{{ x|length }}
===
{% set x | upper | trim %} abc {% endset %}[{{ x }}]
===
{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y is defined }}
===
{% filter upper %}a{{ s }}b{% endfilter %}
===
{% filter replace('a', 'b') | upper %}banana{% endfilter %}
===
{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}
===
{% with %}{% set q = 3 %}{{ q }}{% endwith %}{{ q is defined }}
===
{% with a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{% endwith %}
===
{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(c=5, a=4) }}{{ f() }}
===
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}
===
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=2) }}
===
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, a=2) }}
===
{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, x=4) }}
===
{% macro f(a, b) %}{{ a }}{% endmacro %}{{ f.name }}{{ f.arguments }}{{ f.caller }}{{ f.catch_kwargs }}{{ f.catch_varargs }}
===
{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}x{{ n }}{% endcall %}
===
{% macro f(l) %}{% for x in l %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(x) f(l) %}<{{ x }}>{% endcall %}
===
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
===
{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}
===
{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}
===
{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}
===
{% macro f() %}{{ q }}{% endmacro %}{% set q = 5 %}{{ f() }}
===
{% for q in [1] %}{{ f is defined }}{% macro g() %}{{ q }}{% endmacro %}{{ g() }}{% endfor %}{{ g is defined }}
===
{% macro f() %}{{ q }}{% endmacro %}{% for q in [1] %}{{ f() }}{% endfor %}
===
{% macro f(x) %}{% set y = x %}{{ y }}{% endmacro %}{{ f(1) }}{{ y is defined }}
===
{% macro f(x) %}
{{ x }}
{% endmacro %}
{{ f(1) }}{{ f(2)|trim }}
===
{% macro f(a=1, b) %}{% endmacro %}
===
{% raw %}{{ x }}{% y %}{% endraw %}z
===
a
{% raw %}
 {{ x }}
{% endraw %}
b
===
a {%- raw -%} {{ x }} {%- endraw -%} b
===
{{ '{{' }}{{ '%}' }}{{ "}}" }}
===
{ { % } } {a} %
===
{{ {'a': {'b': 1}}['a']['b'] }}{{ {'a': {'b': 1}} }}
===
{% if n == 7 %}a{% elif n == 8 %}b{% else %}c{% endif %}{% if n == 8 %}a{% elif n == 7 %}b{% else %}c{% endif %}{% if 0 %}a{% elif 0 %}b{% else %}c{% endif %}
===
{% if n %}{% if m %}a{% endif %}{% else %}b{% endif %}
===
{% if nope %}a{% endif %}b
===
{% if a %}
===
{% endif %}
===
{% for x in l %}
===
{% for x l %}{% endfor %}
===
{% for x.y in l %}{% endfor %}
===
{% else %}
===
{% nope %}
===
{% if %}{% endif %}
===
{{ }}
===
{{ 1
===
{% if 1
===
{# a
===
{% raw %}a
===
{% set %}
===
{% set x %}
===
{% set 1 = 2 %}
===
{% set none = 2 %}
===
{% break %}
===
{% macro f %}{% endmacro %}
===
{% call 5 %}{% endcall %}
===
{% include 'a' %}
===
{% import 'a' as b %}{{ b }}
===
{% extends 'a' %}
===
{% do l.append(1) %}
===
{% generation %}a{{ n }}{% endgeneration %}b
===
{% for m in messages %}{% generation %}{{ m.role }}{% set q = 1 %}{% endgeneration %}{{ q is defined }}
{% endfor %}
===
{%- for m in messages -%}
    {%- if m.role == 'user' -%}
        {{- '[INST] ' + m.content | trim + ' [/INST]' -}}
    {%- elif m['role'] == 'assistant' -%}
        {{- m['content'].split('</think>')[-1].strip() + '</s>' -}}
    {%- endif -%}
{%- endfor -%}
===
{% set loop_messages = messages[1:] if messages[0].role == 'system' else messages %}{{ loop_messages | length }}
===
{%- set ns = namespace(last=messages|length - 1) -%}{%- for m in messages[::-1] -%}{%- if m.role == 'user' -%}{%- set ns.last = loop.index0 -%}{%- break -%}{%- endif -%}{%- endfor -%}{{ ns.last }}
===
{% set x = namespace(list=[]) %}{% for m in messages %}{% set x.list = x.list + [m.role] %}{% endfor %}{{ x.list }}
===
{% print 1, 2 %}
===
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.current }}
===
{% set j = joiner('|') %}{% for x in l %}{{ j() }}{{ x }}{% endfor %}
===
{% set g = l | select('odd') %}{{ g | list }}{{ g | list }}
===
{% set t = messages %}{% for m in t %}{% if loop.index0 > 0 and t[loop.index0 - 1].role == 'user' %}{{ loop.index }}{% endif %}{% endfor %}
===
{% if messages[0].role == 'system' %}{% set sys = messages[0].content %}{% endif %}{{ sys | trim }}{% if sys is defined %}!{% endif %}
===
{% if nope %}{% set sys = 1 %}{% endif %}{{ sys is defined }}
===
{%if n%}a{%endif%}{{n}}{{-n-}}
===
{{ [1,
 2,
   3] }}
===
{{ "a
b" }}
===
{{ f(*l) }}
===
{% macro f(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(*l) }}{{ f(1, **{'b': 2, 'c': 3}) }}
===
{{ -}}
===
{%- if true %} a {% endif -%}   
b
===
x{# a #}

y
===
{% for i in range(3) %}{{ i }}{% endfor %}


===
{{ raise_exception('Only ' + messages[0].role ~ 1) }}
===
	{% if true %}	
	tab
	{% endif %}
===
{{- 'a' -}}

{{ 'b' }}

===
{% set content %}
  {{- s }}
{% endset -%}
[{{ content }}]
===
{% for m in messages if m.role != 'system' %}{{ loop.index0 % 2 == 0 }}{{ loop.previtem.role if loop.previtem is defined else '-' }} {% endfor %}
===
{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}o{% endmacro %}{{ outer() }}
===
{% macro a() %}{% call b() %}x{% endcall %}{% endmacro %}{% macro b() %}<{{ caller() }}>{% endmacro %}{{ a() }}
===
{{ loop }}
===
{{ range }}
===
{{ namespace(a=1) }}
===
{{ d.items }}
===
{{ l | select }}
"""

class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 2, 3, 4, 5)


FILTERS = set(utils._cached_compile_jinja_template("").environment.filters) - {"d", "e"} | {"nofilter"}


def pieces(line):
    """Cuts a line at each | outside of brackets and strings."""
    piece, depth, quote = "", 0, ""
    for i, c in enumerate(line):
        if quote:
            quote = "" if c == quote and line[i - 1] != "\\" else quote
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if c == "|" and not quote and depth == 0:
            yield piece
            piece = ""
        else:
            piece += c
    yield piece


def expressions():
    """Yields the expressions of E; a | that a filter follows does not end one."""
    lines = E.strip().replace("\\\n", "\ue000").split("\n")
    for line in lines[:-1]:
        last = None
        for piece in pieces(line):
            name = re.match(r"\w*", piece).group()
            if last is not None and (name in FILTERS or last == '"<b>"' and piece == "e" or piece.startswith('d("y"')):
                last += "|" + piece
                continue
            if last is not None:
                yield last
            last = piece
        yield last
    yield from lines[-1].split("|")


def main():
    utils.datetime = Fixed
    templates = []
    for e in expressions():
        templates.append("{{ " + e.replace("\ue000", "\\\n") + " }}")
    for block in S.strip("\n").split("\n===\n"):
        templates.append(block)
    templates += ["a\n\n", "a\n", "a\r\n\r\nb\r\n", "{% if true %}\r\na\r\n{% endif %}\r\nb", "a\rb\r", "{{ 'a\r\nb' }}", "{% for i in range(2) %}x{% endfor %}\n\n", "\u00a0{%- if true %}x{% endif -%}\u2003y", ""]
    cases = []
    for template in templates:
        case = {"template": template}
        try:
            case["want"] = utils._cached_compile_jinja_template(template).render(**NAMES)
        except Exception as e:
            case["error"] = f"{type(e).__name__}: {e}"
        if re.search(r" at 0x|<(function|class|Namespace)", case.get("want", "")):
            case = {"template": template, "error": "prints an address"}
        cases.append(case)
    file = pathlib.Path(__file__).parent / "jinja.json"
    file.write_text(json.dumps({"names": NAMES, "cases": cases}, ensure_ascii=False, indent=0) + "\n")
    print(len(cases), sum("error" in c for c in cases))


if __name__ == "__main__":
    main()
