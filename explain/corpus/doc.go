// Package corpus explains many documents: it reads them from files of lines,
// tables or Parquet, has each explained, and writes a row of results for each,
// in their order and in bounded memory.
//
// # Rows
//
// A file of .jsonl (or .ndjson) has an object a line, read as CPython's json reads
// it: of equal keys the last counts, and NaN and the infinities count as null. A
// name with dots finds what is within objects: "review.text".
//
// A file of .csv or .tsv is read as CPython's csv reads it: a quote opens a value
// only at its beginning, two within stand for one, and what stands behind the
// closing quote belongs to the value. Where csv would take many rows for one, a
// quote that is never closed or one with more of a value behind it, lines later,
// the row cannot be read, and the reason names the line. The first row names the
// fields; rows with more or fewer values cannot be read. By the beginning of the
// file, 256 KiB, it is told
//
//   - how lines end: as that of the header does, with "\n" or "\r\n", or with "\r";
//   - what separates: the comma of .csv or the tab of .tsv where that gives a header
//     of several names with all the fields that were asked for; else one of comma,
//     semicolon, tab and bar which does, and by which nine rows of ten have as many
//     values as the header;
//   - whether quotes in a table with tabs (4 MiB of it) enclose values, as pandas and
//     spreadsheets write them, or stand for themselves, as in SST-2 and the other sets
//     of GLUE. They enclose if there are any, each opens a value, ends it or is one of
//     two within, and no value that holds line ends has a header's number of tabs in
//     each of its lines.
//
// Text is UTF-8, or UTF-16 with a byte-order mark. A compressed file may have
// several members or frames, and zero bytes behind them.
//
// Values of .parquet become text as pyarrow's cast to a string makes them: 1.00 of a
// decimal, 2020-01-01 of a date, 18446744073709551615 of UINT64; null and NaN become
// none. Of a group of fields one is named with a dot; lists are not read.
//
// Limits keep small files from asking for much memory: a row of text has at most 4
// MiB, a text 1 MiB, an id or label 64 KiB, and a page of Parquet 128 MiB. A row that
// is longer, or whose text is empty, costs but itself: it becomes a [DeadLetter].
//
// # Shards
//
// The unit of all work is the shard: the rows of the corpus that begin in one of
// N equal ranges of its bytes (of its rows where the file is Parquet). [Run.Shard]
// does one. It writes a part, which appears under its name only when it is whole,
// beside it the rows that could not be explained with the reason, and last a
// [Manifest] that says what the part was made of. A part whose manifest fits
// is not made again, so a run that was killed is resumed by running it once more,
// and a shard that two machines do at the same time is done once: a number of an
// explanation depends on its document and the settings alone, so both wrote the
// same bytes.
//
// Of a compressed file it is the compressed bytes that count, so that nobody has
// to read it to know how long it is. Rows that come to less than a byte are in one
// shard, and whoever does a shard reads the file from its beginning up to there.
//
// [Merge] checks that all parts are there and joins them; what comes out does
// not depend on how many shards there were, nor on who did which.
//
// # Batches
//
// Documents are explained side by side. A [text.Batcher] gathers what their games
// ask of the model at the same time: short texts fill the machine as long ones do.
package corpus
