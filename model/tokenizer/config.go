package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// A config is what the files beside a vocabulary say of it: config.json as far as it names a class,
// tokenizer_config.json, special_tokens_map.json and added_tokens.json.
type config struct {
	set   configFile    // what all of them say; later ones count over earlier ones
	added []*addedToken // of added_tokens.json
}

// Truth values are pointers, since what is left out has a default that goes by the
// class, which is not the same as false.
type configFile struct {
	// Kind and Class say which class makes the tokenizer; nearly all below is for some of
	// them alone, which read what they know.
	Kind             string                 `json:"model_type"` // of config.json
	Class            string                 `json:"tokenizer_class"`
	LowerCase        *bool                  `json:"do_lower_case"`
	StripAccents     *bool                  `json:"strip_accents"`
	KeepAccents      *bool                  `json:"keep_accents"`
	Chinese          *bool                  `json:"tokenize_chinese_chars"`
	PrefixSpace      *bool                  `json:"add_prefix_space"`
	TrimOffsets      *bool                  `json:"trim_offsets"`
	SplitPunctuation *bool                  `json:"split_by_punct"`
	AddBegin         *bool                  `json:"add_bos_token"`
	AddEnd           *bool                  `json:"add_eos_token"`
	Legacy           *bool                  `json:"legacy"`           // Llama: text behind a special token has a space in front too
	LegacyBehaviour  *bool                  `json:"legacy_behaviour"` // NLLB: the language stands at the end
	Normalization    *bool                  `json:"normalization"`    // BERTweet
	ExtraIDs         *int                   `json:"extra_ids"`        // T5
	Offset           *int                   `json:"offset"`           // Pegasus
	UnkID            *int                   `json:"unk_id"`
	Language         string                 `json:"src_lang"`
	Codes            string                 `json:"language_codes"`
	MaskSentence     *string                `json:"mask_token_sent"` // Pegasus
	Added            map[string]*addedToken `json:"added_tokens_decoder"`
	Additional       json.RawMessage        `json:"additional_special_tokens"`
	Extra            json.RawMessage        `json:"extra_special_tokens"`

	// The special tokens that have a part to play, in the order of [specialNames].
	BOS  json.RawMessage `json:"bos_token"`
	EOS  json.RawMessage `json:"eos_token"`
	UNK  json.RawMessage `json:"unk_token"`
	SEP  json.RawMessage `json:"sep_token"`
	PAD  json.RawMessage `json:"pad_token"`
	CLS  json.RawMessage `json:"cls_token"`
	Mask json.RawMessage `json:"mask_token"`

	addedByID map[int32]*addedToken // of Added
}

// named returns the special tokens that have a part to play, by number in [specialNames]; nil for what is not said.
// A token is kept as it stands in the file: a string, or an object with its settings.
func (f *configFile) named() (list [7]json.RawMessage) {
	for i, raw := range f.fields() {
		list[i] = *raw
	}
	return list
}

// fields are where named has them from.
func (f *configFile) fields() [7]*json.RawMessage {
	return [7]*json.RawMessage{&f.BOS, &f.EOS, &f.UNK, &f.SEP, &f.PAD, &f.CLS, &f.Mask}
}

// readConfig reads the files, of which later ones count over earlier ones. One whose values are all numbers, and none a
// setting's, is an added_tokens.json. Where one lists all tokens, the others count for nothing but the class.
// A list of all tokens (added_tokens_decoder) is what later versions of transformers
// write; what older files beside it say of tokens may be out of date.
func readConfig(files [][]byte) (*config, error) {
	c := &config{}
	list := slices.IndexFunc(files, listsTokens)
	for i, data := range files {
		if list >= 0 && i != list {
			data = ClassConfig(data)
		}
		var ids map[string]int32
		if json.Unmarshal(data, &ids) == nil && !hasSetting(ids) {
			for name, id := range ids {
				c.added = append(c.added, &addedToken{Content: name, id: id})
			}
			continue
		}
		before := c.set.named()
		if err := json.Unmarshal(data, &c.set); err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		c.set.restore(before)
	}
	return c, c.set.readAdded()
}

// hasSetting tells whether there is a setting among numbers, which an added_tokens.json has none of.
// The names are settings whose values are numbers.
func hasSetting(ids map[string]int32) bool {
	for _, name := range []string{"model_max_length", "max_len", "max_length", "extra_ids", "offset", "unk_id", "num_madeup_words",
		"stride", "pad_token_type_id", "pad_to_multiple_of"} {
		if _, ok := ids[name]; ok {
			return true
		}
	}
	return false
}

// listsTokens tells whether a configuration says of all tokens what they are.
func listsTokens(data []byte) bool {
	var f struct {
		Added map[string]json.RawMessage `json:"added_tokens_decoder"`
	}
	return json.Unmarshal(data, &f) == nil && len(f.Added) > 0
}

// restore puts back tokens that were given with their settings and then, the same ones, without.
// special_tokens_map.json often has a token's name alone, which would take away the
// settings that tokenizer_config.json gives it.
func (f *configFile) restore(before [7]json.RawMessage) {
	for i, now := range f.fields() {
		if old := before[i]; len(old) > 0 && old[0] == '{' && specialToken(old).Content == specialToken(*now).Content {
			*now = old
		}
	}
}

// readAdded numbers the tokens of added_tokens_decoder.
func (f *configFile) readAdded() error {
	f.addedByID = map[int32]*addedToken{}
	for key, t := range f.Added {
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil || t == nil {
			return fmt.Errorf("configuration: added_tokens_decoder: %q is not the id of a token", key)
		}
		t.id = int32(id)
		f.addedByID[t.id] = t
	}
	return nil
}

// tokens returns the tokens that the files name and the class has, in the order in which transformers adds them: listed
// ones by their ids, then special ones.
// The order matters: a token that no vocabulary knows gets the next free id.
func (b *builder) tokens() []*addedToken {
	special := b.specialTokens()
	var list []*addedToken
	for _, t := range b.set.addedByID {
		list = append(list, t)
	}
	if list == nil {
		for _, t := range b.added {
			t.Special = slices.ContainsFunc(special, func(s *addedToken) bool { return s.Content == t.Content })
			// added_tokens.json has no settings, and these are the defaults
			t.Normalized = !t.Special
			list = append(list, t)
		}
	}
	// of a map, whose order is another each time
	slices.SortFunc(list, func(a, b *addedToken) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.Content, b.Content))
	})
	for _, name := range b.unseen {
		list = append(list, &addedToken{Content: name, Special: true, named: true, unseen: true})
	}
	return append(list, special...)
}

// specialTokens returns the special tokens: named ones, and those that have no other part than to be special.
// A token that a file names as null is taken for none, unlike one that no file names,
// which is the class's.
func (b *builder) specialTokens() []*addedToken {
	var list []*addedToken
	add := func(t *addedToken) {
		if t.named = true; t.Content != "" {
			list = append(list, t)
		}
	}
	for i, raw := range b.set.named() {
		t := specialToken(raw)
		// not said: the class's own
		if raw == nil {
			t = &addedToken{Content: b.defaults[i], Special: true}
			if i == maskName && b.class != nil && b.class.wideMask {
				t.LeftStrip, t.Normalized = true, true
			}
		}
		add(t)
	}
	for _, raw := range append(elements(b.set.Additional), elements(b.set.Extra)...) {
		add(specialToken(raw))
	}
	if b.set.Additional == nil && b.set.Extra == nil {
		for _, name := range b.extra {
			add(&addedToken{Content: name, Special: !b.found[name]})
		}
	}
	for _, name := range b.always {
		add(&addedToken{Content: name, Special: true})
	}
	return list
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

// specialToken reads a token given as a string or as an object with its settings.
func specialToken(raw json.RawMessage) *addedToken {
	t := &addedToken{}
	if json.Unmarshal(raw, &t.Content) != nil && json.Unmarshal(raw, t) != nil {
		return &addedToken{}
	}
	t.Special = true
	return t
}
