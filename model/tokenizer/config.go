package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A config is what the files beside a tokenizer.json say over it: tokenizer_config.json, special_tokens_map.json and
// added_tokens.json.
type config struct {
	files []configFile
	added []*addedToken // of added_tokens.json
}

type configFile struct {
	Class        string                 `json:"tokenizer_class"`
	LowerCase    *bool                  `json:"do_lower_case"`
	StripAccents *bool                  `json:"strip_accents"`
	Chinese      *bool                  `json:"tokenize_chinese_chars"`
	PrefixSpace  *bool                  `json:"add_prefix_space"`
	Added        map[string]*addedToken `json:"added_tokens_decoder"`
	Additional   json.RawMessage        `json:"additional_special_tokens"`
	Extra        json.RawMessage        `json:"extra_special_tokens"`

	BOS  json.RawMessage `json:"bos_token"`
	EOS  json.RawMessage `json:"eos_token"`
	UNK  json.RawMessage `json:"unk_token"`
	SEP  json.RawMessage `json:"sep_token"`
	PAD  json.RawMessage `json:"pad_token"`
	CLS  json.RawMessage `json:"cls_token"`
	Mask json.RawMessage `json:"mask_token"`
}

// readConfig reads the files, of which later ones count over earlier ones. One whose values are all numbers is an
// added_tokens.json.
func readConfig(files [][]byte) (*config, error) {
	c := &config{}
	for _, data := range files {
		var ids map[string]int32
		if json.Unmarshal(data, &ids) == nil {
			for name, id := range ids {
				c.added = append(c.added, &addedToken{Content: name, Normalized: true, id: id})
			}
			continue
		}
		var f configFile
		if err := json.Unmarshal(data, &f); err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		c.files = append(c.files, f)
	}
	return c, nil
}

// tokens returns the tokens that the files name, in the order in which transformers adds those that the tokenizer
// has not: added ones by their ids, then special ones. Where a tokenizer_config.json lists all, the older files count
// for nothing.
func (c *config) tokens() ([]*addedToken, error) {
	files, list := c.files, slices.Clone(c.added)
	if i := slices.IndexFunc(files, func(f configFile) bool { return len(f.Added) > 0 }); i >= 0 {
		files, list = files[i:i+1], nil
		for key, t := range c.files[i].Added {
			id, err := strconv.ParseInt(key, 10, 32)
			if err != nil || t == nil {
				return nil, fmt.Errorf("configuration: added_tokens_decoder: %q is not the id of a token", key)
			}
			t.id = int32(id)
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *addedToken) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.Content, b.Content))
	})
	var raws []json.RawMessage
	for _, f := range files {
		raws = append(raws, f.BOS, f.EOS, f.UNK, f.SEP, f.PAD, f.CLS, f.Mask)
	}
	for _, f := range files {
		raws = append(raws, elements(f.Additional)...)
		raws = append(raws, elements(f.Extra)...)
	}
	for _, raw := range raws {
		if t := specialToken(raw); t.Content != "" {
			list = append(list, t)
		}
	}
	return list, nil
}

// elements returns the values of an array or of an object, in the order of the file.
func elements(raw json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	r := &reader{src: string(raw)}
	if r.peek() == '{' {
		r.object(func(string) { list = append(list, json.RawMessage(r.raw())) })
	}
	return list
}

// specialToken reads a token given as a string, which is special, or as an object.
func specialToken(raw json.RawMessage) *addedToken {
	t := &addedToken{}
	if json.Unmarshal(raw, &t.Content) == nil {
		t.Special = true
	} else if json.Unmarshal(raw, t) != nil {
		return &addedToken{}
	}
	return t
}

// Classes of transformers that are nothing but their tokenizer.json, and those that make their own normalizer or
// pre-tokenizer of the settings, with defaults where there are none.
var (
	plainClasses = []string{"PreTrainedTokenizer", "TokenizersBackend"}
	bertClasses  = []string{"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MPNetTokenizer", "MobileBertTokenizer",
		"SqueezeBertTokenizer", "LayoutLMTokenizer", "LxmertTokenizer", "DPRReaderTokenizer", "DPRContextEncoderTokenizer",
		"DPRQuestionEncoderTokenizer", "RetriBertTokenizer", "ConvBertTokenizer"}
	byteClasses = []string{"GPT2Tokenizer", "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "LEDTokenizer", "GPTNeoXTokenizer"}
)

// apply lets settings count over the file's where transformers does. A tokenizer_config.json that names no class is
// taken for one of the class that fits the file.
func (c *config) apply(t *Tokenizer) {
	for _, f := range c.files {
		class := strings.TrimSuffix(f.Class, "Fast")
		if slices.Contains(plainClasses, class) {
			continue
		}
		if n, ok := t.normalizer.(*bertNormalizer); ok {
			t.normalizer = n.with(&f, slices.Contains(bertClasses, class))
		}
		if s, ok := t.splitter.(byteSplitter); ok && (f.PrefixSpace != nil || slices.Contains(byteClasses, class)) {
			s.prefixSpace = isTrue(f.PrefixSpace)
			t.splitter = s
			if a, ok := t.post.(*around); ok && a.twice && a.trim != nil {
				a.trim.prefixSpace = s.prefixSpace
			}
		}
	}
}

// with returns the normalizer with other settings. Where the class makes its own, those that are not given have
// its defaults and not the file's.
func (n *bertNormalizer) with(f *configFile, own bool) *bertNormalizer {
	s := n.settings
	if own {
		s = normalizerFile{CleanText: true, HandleChineseChars: true, Lowercase: true}
	}
	if f.LowerCase != nil {
		s.Lowercase = *f.LowerCase
	}
	if f.Chinese != nil {
		s.HandleChineseChars = *f.Chinese
	}
	if f.StripAccents != nil {
		s.StripAccents = f.StripAccents
	}
	return newBERTNormalizer(&s)
}
