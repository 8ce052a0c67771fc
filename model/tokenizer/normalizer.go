package tokenizer

// A normalizer rewrites text before it is cut into words.
type normalizer interface {
	normalize(t *text)
}

type normalizerFile struct {
	Type               string `json:"type"`
	CleanText          bool   `json:"clean_text"`
	HandleChineseChars bool   `json:"handle_chinese_chars"`
	StripAccents       *bool  `json:"strip_accents"`
	Lowercase          bool   `json:"lowercase"`
}

func newNormalizer(f *normalizerFile) (normalizer, error) {
	switch f.Type {
	case "BertNormalizer":
		accents := f.Lowercase
		if f.StripAccents != nil {
			accents = *f.StripAccents
		}
		return bertNormalizer{f.CleanText, f.HandleChineseChars, accents, f.Lowercase}, nil
	}
	return nil, unsupported("normalizer", f.Type, "BertNormalizer")
}
