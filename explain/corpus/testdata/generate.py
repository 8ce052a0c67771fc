"""Writes the files of rows/ as other programs write them, and golden.json: the documents that the
reference reads in each, with "" for what is missing.

Made with Python 3.11, pandas 3.1.1, pyarrow 26.0.1, zstandard 0.25.0. The files that are named in
GIVEN came from elsewhere; what is in them was read with the same programs.
"""
import csv, datetime as dt, decimal, gzip, io, json, math, os, uuid
import numpy as np, pandas as pd, pyarrow as pa, pyarrow.parquet as pq, zstandard

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows")
GOLDEN = []
D = decimal.Decimal


def golden(name, rows, dead=0, text="text", id="id", label="label"):
    """rows are (text, id, label), None for what is missing"""
    GOLDEN.append({"file": name, "text": text, "id": id, "label": label, "dead": dead,
                   "rows": [["" if v is None else v for v in row] for row in rows]})


def put(name, content):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(content)


NICE = [
    ("good film", "a1", "1"), ("bad, very bad; film", "a2", "0"), ('said "wow" twice', "a3", "1"),
    ('"quoted whole"', "a4", "0"), ("two\nlines", "a5", "1"), ("three\r\nlines\r\nof it", "a6", "0"),
    (" blanks around ", "a7", "1"), ("a\ttab | bar", "a8", "1"), ("très bon 😀 é", "a9", "0"),
    ('"', "a10", "1"), ('ends with "', "a11", "0"), ('", "', "a12", "0"), ("one\rreturn", "a13", "1"),
]
FLAT = [r for r in NICE if not set("\r\n\t") & set(r[0])]
FRAME = pd.DataFrame([(i, t, l) for t, i, l in NICE], columns=["id", "text", "label"])


def written(rows, **how):
    out = io.StringIO(newline="")
    w = csv.writer(out, **how)
    w.writerow(["id", "text", "label"])
    w.writerows([i, t, l] for t, i, l in rows)
    return out.getvalue().encode()


def tables():
    for name, how in {
        "excel.csv": {}, "unix.csv": {"dialect": "unix"}, "semicolon.csv": {"delimiter": ";"}, "bar.csv": {"delimiter": "|"},
        "tab.csv": {"delimiter": "\t"}, "excel.tsv": {"dialect": "excel-tab"}, "all.tsv": {"dialect": "excel-tab", "quoting": csv.QUOTE_ALL},
        "return.csv": {"lineterminator": "\r"}, "return.tsv": {"lineterminator": "\r", "delimiter": "\t"},
        "comma.tsv": {"lineterminator": "\n"}, "lines.csv": {"lineterminator": "\n", "quoting": csv.QUOTE_NONNUMERIC},
    }.items():
        put(name, written(NICE, **how))
        golden(name, NICE)
    for name, how in {
        "frame.csv": {}, "frame.tsv": {"sep": "\t"}, "frame_semicolon.csv": {"sep": ";"}, "frame_16.csv": {"encoding": "utf-16"},
        "frame_16.tsv": {"sep": "\t", "encoding": "utf-16"}, "frame_mark.csv": {"encoding": "utf-8-sig"},
        "frame_mark.tsv": {"sep": "\t", "encoding": "utf-8-sig"}, "frame_16.csv.gz": {"encoding": "utf-16"},
        "frame.csv.gz": {}, "frame.tsv.zst": {"sep": "\t"}, "frame_index.csv": {"index": True}, "frame_all.csv": {"quoting": 1},
    }.items():
        FRAME.to_csv(os.path.join(HERE, name), **{"index": False, **how})
        golden(name, NICE)
    # what nothing is quoted in, as in the data sets of GLUE
    literal = FLAT + [('"half', "b1", "1"), ('5" and 6" screens', "b2", "0"), ('a "" b', "b3", "1"), ('"whole"', "b4", "0")]
    plain = "id\ttext\tlabel\n" + "".join(f"{i}\t{t}\t{l}\n" for t, i, l in literal)
    put("plain.tsv", plain.encode())
    back = list(csv.DictReader(io.StringIO(plain, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    golden("plain.tsv", [(r["text"], r["id"], r["label"]) for r in back])
    swallow = 'text\tlabel\n"good\t1\nfine film"\t0\nbad\t0\n'
    put("swallow.tsv", swallow.encode())
    golden("swallow.tsv", [('"good', "", "1"), ('fine film"', "", "0"), ("bad", "", "0")], id="")


ODD = {
    "after.csv": 'text,label\n"good" film,1\n"bad"\t,0\n"so"dull"",0\n"x"y,1\n',
    "bare_quotes.csv": 'text,label\n5" screen,1\nthe "best" film,0\na""b,1\n',
    "blank_before.csv": 'text,label\n "good, film",1\n "bad",0\n',
    "blank_lines.csv": '\n\ntext,label\n\ngood,1\n  \n\nbad,0\n\n',
    "short.csv": "text,label\ngood\nbad,0\na,b,c\n,1\n",
    "empty_values.csv": 'text,label\n"",1\ngood,\n"bad",""\n" ",0\n',
    "trailing.csv": 'text,label\n"two\nlines" ,1\n"a, b" , 0\n',
}


def odd():
    """read as csv reads them, but for lines of blanks, which pandas leaves out"""
    given = {n: open(os.path.join(HERE, n), newline="").read() for n in ["trailing_space.csv", "bare.csv", "cr.csv"]}
    for name, content in {**ODD, **given}.items():
        put(name, content.encode())
        rows = [r for r in csv.reader(io.StringIO(content, newline="")) if "".join(r).strip() or len(r) > 1]
        header, rows = rows[0], rows[1:]
        sound = [dict(zip(header, r)) for r in rows if len(r) == len(header)]
        good = [(r["text"], r.get("id"), r["label"]) for r in sound if r["text"].strip()]
        golden(name, good, dead=len(rows) - len(good), id="id" if "id" in header else "")


def ends():
    """lines end as the header does, though csv takes each of \\n, \\r\\n and \\r for an end and writes the others without quotes"""
    put("mixed_ends.csv", b'text,label\ngood\rfilm,1\r\n"a\rb",1\nc,0')
    golden("mixed_ends.csv", [("good\rfilm", "", "1"), ("a\rb", "", "1"), ("c", "", "0")], id="")
    put("mixed_returns.csv", b'"te\nxt",label\rgood\nfilm,1\r"a\rb",1\rc,0')
    golden("mixed_returns.csv", [("good\nfilm", "", "1"), ("a\rb", "", "1"), ("c", "", "0")], text="te\nxt", id="")


def given():
    def frame(name, text="text", **how):
        f = pd.read_csv(os.path.join(HERE, name), dtype=str, **how)
        golden(name, [(r[text], "", r["label"]) for _, r in f.iterrows()], text=text, id="")
    frame("pandas.tsv", sep="\t")
    frame("semi.csv", sep=";")
    frame("utf16.csv", encoding="utf-16")
    frame("bom_nl.csv", "text\n(en)")
    frame("bom_nl2.csv", "te\nxt")
    golden("nan.jsonl", [(json.loads(l)["text"], "", "") for l in open(os.path.join(HERE, "nan.jsonl"))], id="", label="")
    golden("nested.jsonl", [(json.loads(l)["review"]["text"], "", str(json.loads(l)["review"]["stars"])) for l in open(os.path.join(HERE, "nested.jsonl"))],
           text="review.text", id="", label="review.stars")
    golden("padded.jsonl.gz", [(json.loads(l)["text"], "", "") for l in gzip.open(os.path.join(HERE, "padded.jsonl.gz"))], id="", label="")
    for name in ["dec_5.parquet", "dec_12.parquet", "dec_30.parquet"]:
        cast(name, pq.read_table(os.path.join(HERE, name)), id="", label="d")
    cast("g_mid.parquet", pq.read_table(os.path.join(HERE, "g_mid.parquet")), id="", label="")


def lines():
    out = [json.dumps({"id": i, "text": t, "label": int(l), "score": s, "deep": {"a": [s]}}) for (t, i, l), s in
           zip(NICE, [math.nan, math.inf, -math.inf, 1.5] * 4)]
    put("dumps.jsonl", "\n".join(out).encode())
    golden("dumps.jsonl", NICE)
    put("wide.jsonl", ("\ufeff" + "\r\n".join(json.dumps({"text": t, "id": i, "label": l}, ensure_ascii=False) for t, i, l in NICE)).encode("utf-16-le"))
    golden("wide.jsonl", NICE)
    FRAME.to_json(os.path.join(HERE, "frame.jsonl"), orient="records", lines=True)
    golden("frame.jsonl", NICE)
    raw = [
        '{"text": "first", "text": "last wins", "id": 1, "id": 2}', '{"id": 123456789012345678901234567890, "text": "large", "label": 1.0}',
        '{"text": "NaN, Infinity \\" -Infinity", "id": NaN, "label": -Infinity, "a": [NaN, {"b": Infinity}]}',
        '{"text": "pair \\ud83d\\ude00 \\ufffd \\u0000", "id": true, "label": null}', '{"text": "no others"}',
        '{"text": NaN}', '{"text": "half \\ud83d"}', '{"text": ["a"]}', '{"text": {"a": 1}}', '{"text": ""}', '{"text": " \\n"}',
        '{"text": "a" "b"}', "null", "[]", '"text"', '{"text": NaNa}', '{"text": "deep", "a": ' + "[" * 20000 + "]" * 20000 + "}",
    ]
    put("odd.jsonl", "\n".join(raw).encode())
    golden("odd.jsonl", [("last wins", "2", ""), ("large", "123456789012345678901234567890", "1.0"), ('NaN, Infinity " -Infinity', "", ""),
                         ("pair 😀 \ufffd \0", "true", ""), ("no others", "", "")], dead=len(raw) - 5)
    dotted = [{"a.b": "plain key", "a": {"b": "inner"}}, {"a": {"b": "inner"}}, {"a": {"c": 1}}]
    put("dotted.jsonl", "\n".join(map(json.dumps, dotted)).encode())
    golden("dotted.jsonl", [("plain key", "", ""), ("inner", "", "")], dead=1, text="a.b", id="", label="")


def compressed():
    rows = [json.dumps({"text": t, "id": i, "label": l}).encode() + b"\n" for t, i, l in NICE]
    put("members.jsonl.gz", b"".join(gzip.compress(r, mtime=0) + b"\0" * (n % 3 * 100) for n, r in enumerate(rows)))
    golden("members.jsonl.gz", NICE)
    z, skippable = zstandard.ZstdCompressor(), b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip"
    put("frames.jsonl.zst", skippable + skippable.join(z.compress(r) for r in rows) + skippable)
    golden("frames.jsonl.zst", NICE)
    put("wide.tsv.zst", z.compress(b"\xfe\xff" + written(NICE, delimiter="\t").decode().encode("utf-16-be")))
    golden("wide.tsv.zst", NICE)


def cast(name, table, text="text", id="id", label="label"):
    """what pyarrow's cast to a string makes of the values, and nothing of NaN"""
    def strings(path):
        if not path:
            return [""] * table.num_rows
        if path == "label" and path not in table.column_names:
            return None
        column, *inner = path.split(".")
        c = table[column].combine_chunks() if table.num_rows else table[column]
        if isinstance(c, pa.ChunkedArray):
            c = pa.concat_arrays(c.chunks)
        for key in inner:
            c = pa.array([None if v is None else v[key] for v in c.to_pylist()], c.type.field(key).type)
        if c.type == pa.uuid():
            return [None if v is None else str(v) for v in c.to_pylist()]
        if pa.types.is_dictionary(c.type):
            c = c.dictionary_decode()
        if pa.types.is_decimal(c.type):
            return [None if v is None else str(v) for v in c.to_pylist()]
        return [None if v is None or v == "nan" else v for v in c.cast(pa.string()).to_pylist()]
    rows = list(zip(strings(text), strings(id), strings(label)))
    good = [r for r in rows if r[0] and r[0].strip()]
    golden(name, good, dead=len(rows) - len(good), text=text, id=id, label=label)


def parquet():
    n = len(NICE)
    texts, ids = [t for t, _, _ in NICE], [i for _, i, _ in NICE]
    fill = lambda values, type: pa.array([values[i % len(values)] for i in range(n)], type)
    day, moment = dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 12, 34, 56, 789000)
    kinds = {
        "dec4": fill([D("1.00"), D("-0.05"), None, D("-99.99"), D("0.00")], pa.decimal128(4, 2)),
        "dec18": fill([D("1.000000000"), D("-1E-9"), D("1E-7"), D("123456789.123456789")], pa.decimal128(18, 9)),
        "dec38": fill([D("1.5"), D(-(10**30)), None, D("1E-3")], pa.decimal128(38, 3)),
        "dec76": fill([D("1.5"), D(-(10**70))], pa.decimal256(76, 3)), "dec0": fill([D(100), D(-7)], pa.decimal128(5, 0)),
        "u8": fill([255, 0], pa.uint8()), "u16": fill([65535, 0], pa.uint16()), "u32": fill([2**32 - 1, None], pa.uint32()),
        "u64": fill([2**64 - 1, 2**63 + 5, 0], pa.uint64()), "i8": fill([-128, 127], pa.int8()), "i16": fill([-32768, None], pa.int16()),
        "i32": fill([-2**31, 1], pa.int32()), "i64": fill([-2**63, 2**63 - 1, None], pa.int64()),
        "f16": pa.array(np.resize(np.array([1.5, 0.1, 65504, 6e-8, np.nan, -0.0, np.inf], np.float16), n)),
        "f32": fill([1.0, 0.1, 16777216.0, 1e-7, math.nan, None], pa.float32()),
        "f64": fill([1.0, 0.1, 1e-5, 1e-7, 1e10, 9999999999.0, 1e300, -math.inf, math.nan, None, 1e-12], pa.float64()),
        "bool": fill([True, False, None], pa.bool_()), "null": pa.nulls(n),
        "date": fill([day, dt.date(1, 1, 1), dt.date(1969, 12, 31), None, dt.date(9999, 12, 31)], pa.date32()),
        "date64": fill([day, None], pa.date64()),
        **{f"time_{u}": fill([dt.time(12, 34, 56, 789000), dt.time(0)], pa.time32(u) if u == "ms" else pa.time64(u)) for u in ["ms", "us", "ns"]},
        **{f"moment_{u}{'_utc' if z else ''}": fill([moment, dt.datetime(1969, 12, 31, 23, 59, 59, 1000), None], pa.timestamp(u, z))
           for u in ["ms", "us", "ns"] for z in [None, "UTC"]},
        "large": fill(["a", None, "é"], pa.large_string()), "view": fill(["a", "é"], pa.string_view()), "binary": fill([b"a", None], pa.binary()),
        "fixed": fill([b"abcd", b"efgh"], pa.binary(4)), "dictionary": fill(["a", "b", None], pa.string()).dictionary_encode(),
        "uuid": fill([uuid.UUID(int=1).bytes, uuid.UUID(int=2**127 + 3).bytes], pa.uuid()), "json": fill(['{"a": 1}'], pa.json_()),
    }
    for i, (kind, label) in enumerate(kinds.items()):
        table = pa.table({"n": pa.array(range(n)), "text": pa.array(texts), "id": pa.array(ids), "label": label})
        how = {"compression": ["snappy", "zstd", "gzip", "none", "brotli", "lz4"][i % 6], "use_dictionary": i % 2 == 0,
               "data_page_version": ["1.0", "2.0"][i // 2 % 2], "row_group_size": [5, 1000][i // 4 % 2], "write_batch_size": 3, "data_page_size": 16,
               "store_schema": i % 3 > 0, "write_page_index": i % 5 == 0, "write_page_checksum": i % 2 == 0}
        pq.write_table(table, os.path.join(HERE, f"kind_{kind}.parquet"), **how)
        cast(f"kind_{kind}.parquet", table)
    moments = pa.table({"text": texts, "id": ids, "label": fill([moment, None], pa.timestamp("ns"))})
    pq.write_table(moments, os.path.join(HERE, "int96.parquet"), use_deprecated_int96_timestamps=True)
    cast("int96.parquet", moments)
    table = pa.table({"text": texts, "id": ids, "label": pa.array(range(n))})
    for encoding in ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN"]:
        name = f"{encoding.lower()}.parquet"
        pq.write_table(table, os.path.join(HERE, name), use_dictionary=False, data_page_version="2.0", write_batch_size=4, data_page_size=32,
                       column_encoding={"text": encoding, "id": encoding, "label": "PLAIN" if encoding == "PLAIN" else "DELTA_BINARY_PACKED"})
        cast(name, table)
    pq.write_table(pa.table({"text": texts, "id": pa.array(map(float, range(n))), "label": pa.array(range(n))}), os.path.join(HERE, "split.parquet"),
                   use_dictionary=False, column_encoding={"text": "PLAIN", "id": "BYTE_STREAM_SPLIT", "label": "BYTE_STREAM_SPLIT"})
    cast("split.parquet", pa.table({"text": texts, "id": pa.array(map(float, range(n))), "label": pa.array(range(n))}))
    with pq.ParquetWriter(os.path.join(HERE, "groups.parquet"), table.schema) as w:
        for begin, end in [(0, 0), (0, 4), (4, 4), (4, 4), (4, 5), (5, n), (n, n)]:
            w.write_table(table.slice(begin, end - begin)) if end > begin else w.write_batch(table.schema.empty_table().to_batches()[0] if table.schema.empty_table().to_batches() else pa.RecordBatch.from_pylist([], table.schema))
    cast("groups.parquet", table)
    meta = pa.array([None if i % 4 == 3 else {"text": t if i % 3 else None, "inner": {"label": i}} for i, t in enumerate(texts)])
    nested = pa.table({"meta": meta, "tags": pa.array([["a", "b"]] * n), "id": ids})
    pq.write_table(nested, os.path.join(HERE, "struct.parquet"), data_page_size=16, write_batch_size=2)
    rows = [(None if m is None else m["text"], i, None if m is None else str(m["inner"]["label"])) for m, i in zip(meta.to_pylist(), ids)]
    golden("struct.parquet", [r for r in rows if r[0]], dead=sum(not r[0] for r in rows), text="meta.text", label="meta.inner.label")
    blank = pa.table({"text": ["", " ", None, "good"], "id": ["1", "2", "3", "4"], "label": [1, 2, 3, 4]})
    pq.write_table(blank, os.path.join(HERE, "blank.parquet"))
    cast("blank.parquet", blank)


tables()
odd()
ends()
given()
lines()
compressed()
parquet()
with open(os.path.join(HERE, "golden.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(g) for g in GOLDEN) + "\n]\n")
