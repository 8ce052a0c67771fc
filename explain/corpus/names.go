package corpus

import (
	"context"
	"fmt"
	"path"
	"strings"
)

// The names of what a run writes, all beside the output or its parts.
const (
	manifestSuffix   = ".manifest.json"
	deadLetterSuffix = ".dead.jsonl"
)

// names are those of an output or a part.
type names struct{ rows, deadLetters, manifest string }

// outputNames returns the names of an output. Dead letters of out.jsonl are in
// out.dead.jsonl, those of out.parquet in out.parquet.dead.jsonl.
func outputNames(output string) names {
	stem := strings.TrimSuffix(output, ".jsonl")
	return names{output, stem + deadLetterSuffix, output + manifestSuffix}
}

// isParquet reports whether an output is written in Parquet.
func isParquet(output string) bool { return strings.EqualFold(path.Ext(output), ".parquet") }

// partNames returns the names of a part.
func partNames(output string, shards, shard int) names {
	stem := fmt.Sprintf("%s%s/%05d-of-%05d", output, partsSuffix, shard, shards)
	return names{stem + ".jsonl", stem + deadLetterSuffix, stem + manifestSuffix}
}

// DeadLetters returns the name of the file with the rows that could not be explained.
func DeadLetters(output string) string { return outputNames(output).deadLetters }

// ManifestOf returns the name of the manifest of an output.
func ManifestOf(output string) string { return outputNames(output).manifest }

// holds reports whether the files of n hold what m says.
func (m *Manifest) holds(ctx context.Context, store Store, n names) (bool, error) {
	ok, err := m.Output.holds(ctx, store, n.rows)
	if !ok || err != nil || m.Dead == 0 {
		return ok, err
	}
	return m.DeadLetters.holds(ctx, store, n.deadLetters)
}

// escapePattern makes a pattern that matches only name.
func escapePattern(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
