// Package corpus explains many documents: it reads them from files of lines,
// tables or Parquet, has each explained, and writes a row of results for each,
// in their order and in bounded memory.
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
