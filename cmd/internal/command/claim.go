package command

import (
	"net/url"
	"slices"
	"strings"

	external "github.com/whence-xai/whence/explain/program"
)

// A claim is what a flag is about, and so whether its value is recorded in what is
// saved, and whether a file that was saved may set it again. What a file says is
// data: it never names a program, a host, a key, a path to write or a model to
// download. Those only the person at the command line names.
type claim int

const (
	// Unclaimed flags are neither recorded nor set by a file, and fail a test.
	unclaimed claim = iota
	// Defining flags define the numbers: they are recorded, and a file may set them.
	defining
	// Naming flags name a model: they are recorded; a file may only ask for what is
	// built in, or is here and has the weights that the file tells of.
	naming
	// Sourcing flags name files, hosts and programs that numbers come from: they are
	// recorded without anything secret, and a file never sets them.
	sourcing
	// Personal flags are the person's business and that of the machine: texts, which
	// an explanation has, keys, outputs, caches, threads. They are not recorded.
	personal
)

// claims are those of the flags, by their names; where a command's differs, by the
// names of both.
var claims = map[claim][]string{
	defining: {
		"question", "class", "scale", "unit", "mask", "infill-draws", "long", "neutralize",
		"method", "index", "order", "budget", "max-error", "stable-top", "seed", "precision",
		"answer", "against", "explain", "part", "why", "score", "system", "chat", "template", "set", "keep", "from", "to", "written",
		"max-tokens", "max-length", "min-tokens", "stop", "samples", "temperature", "top-k", "top-p", "min-p",
		"repetition-penalty", "no-repeat", "beams", "length-penalty", "early-stopping",
		"answers", "no-answer", "window", "stride", "aggregation", "words", "among",
		"candidates", "head", "layer", "view",
		"edits", "redraws", "limit", "methods", "masks", "seeds",
		"axes", "sentences", "bootstrap", "likelihood", "text-field", "id-field", "label-field",
		"clusters", "depth", "terms", "texts", "sample", "strict",
		"ask model", // by the server's name for it
	},
	naming:   {"model", "models", "infill-model", "encoder"},
	sourcing: {"command", "endpoint", "corpus", "lexicon", "accuracy", "rationales"},
	personal: {
		"prompt", "file", "context", "key-env", "key-file", "cache", "no-cache", "timeout", "parallel", "price", "dry-run",
		"format", "output", "sort", "top", "picture", "font", "compare", "omit-text", "fail-over", "augment",
		"threads", "batch", "quiet", "verbose", "shards", "shard", "emit", "version", "yes", "help",
	},
}

// claimOf returns the claim of a command's flag.
func claimOf(command, flag string) claim {
	for _, name := range []string{command + " " + flag, flag} {
		for c, names := range claims {
			if slices.Contains(names, name) {
				return c
			}
		}
	}
	return unclaimed
}

// harmless returns the value of a sourcing flag as it may be recorded: of an
// address no user, password or query, of a command line the program alone, for the
// rest may hold keys.
func harmless(flag, value string) string {
	switch {
	case value == "" || flag != "command" && !strings.Contains(value, "://"):
		return value
	case flag == "command":
		return external.NameOf(value)
	}
	u, err := url.Parse(value)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
