package tokenizer

// A preTokenizer cuts normalized text into the words that a model works on.
type preTokenizer interface {
	split(p *pieces)
}

type splitterFile struct {
	Type string `json:"type"`
}

func newPreTokenizer(f *splitterFile) (preTokenizer, error) {
	switch f.Type {
	case "BertPreTokenizer":
		return bertSplitter{}, nil
	}
	return nil, unsupported("pre_tokenizer", f.Type, "BertPreTokenizer")
}
