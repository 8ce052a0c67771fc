package model

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A Translator writes one text for another: an encoder–decoder. It translates,
// summarizes, or what else it was trained for. It is safe for concurrent use.
type Translator struct{ *writer }

// NewTranslator builds a translator from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewTranslator(files Checkpoint, o Options) (*Translator, error) {
	w, err := newWriter(files, architecture.Translation, o)
	if err != nil {
		return nil, err
	}
	t := &Translator{w}
	if start := t.startToken(); start < 0 || int(start) >= t.m.Outputs() {
		return nil, fmt.Errorf("model: load %s: decoder_start_token_id is %d, not below %d", files.Name, start, t.m.Outputs())
	}
	return t, nil
}

// TranslateOptions are choices about translating.
type TranslateOptions struct {
	Decoding
	// From and To are the languages of a model for many, as its tokens call
	// them ("eng_Latn", "fr_XX", "fr"). Empty ones are as the checkpoint says.
	From, To string
}

// Translate returns what the model writes for a text.
func (t *Translator) Translate(ctx context.Context, text string, o TranslateOptions) ([]Generation, error) {
	source, _, err := t.Source(text, o)
	if err != nil {
		return nil, err
	}
	all, err := t.TranslateAll(ctx, []Sequence{source}, o)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// TranslateAll returns what the model writes for sources, which are worked on
// together. What is written for one does not depend on the others.
func (t *Translator) TranslateAll(ctx context.Context, sources []Sequence, o TranslateOptions) ([][]Generation, error) {
	d, err := t.ready(sources, &o)
	if err != nil {
		return nil, err
	}
	s, beginnings, err := t.prepare(ctx, sources)
	if err != nil {
		return nil, err
	}
	return t.write(ctx, d, s, beginnings)
}

// Stream yields every token that the model writes for a source when it is
// chosen. The sequence ends with the texts, or with an error.
func (t *Translator) Stream(ctx context.Context, source Sequence, o TranslateOptions) iter.Seq2[Token, error] {
	return func(yield func(Token, error) bool) {
		told(t.streamed(ctx, source, &o, yield), yield)
	}
}

func (t *Translator) streamed(ctx context.Context, source Sequence, o *TranslateOptions, yield func(Token, error) bool) error {
	d, err := t.ready([]Sequence{source}, o)
	if err != nil {
		return err
	}
	s, beginnings, err := t.prepare(ctx, []Sequence{source})
	if err != nil {
		return err
	}
	return t.stream(ctx, d, s, beginnings[0], yield)
}

// ready returns what makes texts of sources, or what is wrong with them.
func (t *Translator) ready(sources []Sequence, o *TranslateOptions) (*decode.Decoder, error) {
	if err := t.m.check(sources, nil); err != nil {
		return nil, err
	}
	d, err := t.decoder(&o.Decoding)
	if err != nil {
		return nil, err
	}
	if id, ok := t.language(o.To); ok {
		d.ForcedBegin = checkpoint.IDs{id}
	}
	return d, nil
}

// prepare encodes sources and returns what goes on with their translations, each
// of which begins with the same token.
func (t *Translator) prepare(ctx context.Context, sources []Sequence) (*steps, [][]int32, error) {
	memory, err := t.encode(ctx, sources)
	s := &steps{writer: t.writer, memory: memory}
	beginnings := make([][]int32, len(sources))
	for i := range sources {
		beginnings[i] = []int32{t.startToken()}
		s.sources = append(s.sources, int32(i))
	}
	return s, beginnings, err
}

// encode computes what the decoder looks at of every source.
func (t *Translator) encode(ctx context.Context, sources []Sequence) (*transformer.Memory, error) {
	var r reader
	r.reset()
	for i := range sources {
		r.add(t.m, &sources[i], i, nil)
	}
	return t.m.remember(ctx, &r.batch)
}

// startToken returns what every translation begins with.
func (t *Translator) startToken() int32 {
	if start := t.configured.DecoderStart; len(start) > 0 {
		return start[0]
	}
	return t.m.Start
}

// Source returns a text as the model reads it, with the tokens that its format
// and the languages add.
func (t *Translator) Source(text string, o TranslateOptions) (Sequence, *tokenizer.Encoding, error) {
	code := ">>" + o.To + "<<" // of Marian models for several languages
	_, marian := t.m.tokenizer.ID(code)
	_, known := t.language(o.To)
	if o.To != "" && !marian && !known {
		return Sequence{}, nil, fmt.Errorf("model: translate: the model has no token for language %q", o.To)
	}
	head := ""
	if o.To != "" && marian {
		head = code + " "
	}
	e, err := t.m.tokenizer.Encode(head + text)
	if err != nil {
		return Sequence{}, nil, err
	}
	for i, s := range e.Spans {
		e.Special[i] = e.Special[i] || s.End > 0 && s.End <= len(head)
		e.Spans[i] = tokenizer.Span{Start: max(0, s.Start-len(head)), End: max(0, s.End-len(head))}
	}
	if o.From != "" {
		if err := t.speak(e, o.From); err != nil {
			return Sequence{}, nil, err
		}
	}
	s := sequenceOf(e)
	s.Types = nil
	return s, e, nil
}

// speak replaces the language that the format adds to a source.
func (t *Translator) speak(e *tokenizer.Encoding, language string) error {
	id, ok := t.language(language)
	if !ok {
		return fmt.Errorf("model: translate: the model has no token for language %q", language)
	}
	s := t.m.tokenizer.Specials()
	plain := []int32{s.Begin, s.End, s.Class, s.Separator, s.Unknown, s.Pad, s.Mask}
	for i, special := range e.Special {
		if special && !slices.Contains(plain, e.IDs[i]) {
			e.IDs[i] = id
			return nil
		}
	}
	return errors.New("model: translate: the model's format names no language of the source")
}

// IsSpecial reports whether a token that was written is none that reads, as the
// one that ends a text.
func (t *Translator) IsSpecial(id int32) bool { return t.m.target.IsSpecial(id) }

// language returns the token of a language.
func (t *Translator) language(name string) (int32, bool) {
	if name == "" {
		return 0, false
	}
	for _, token := range []string{name, "__" + name + "__"} {
		if id, ok := t.m.target.ID(token); ok && t.m.target.IsSpecial(id) {
			return id, true
		}
	}
	return 0, false
}

// Continuation returns what might be written for a source, which is scored by
// the targets it has.
func (t *Translator) Continuation(ids []int32) (*Continuation, error) { return t.continuation(t, ids) }

// memoryBytes is about how much is remembered of sources at a time.
const memoryBytes = 256 << 20

// continued calls do with the logits that predict token j of answers[i] for
// source seqs[i] and the tokens before it. Tokens of type 1 of a sequence are no
// part of the source, but what is written already.
func (t *Translator) continued(ctx context.Context, seqs []Sequence, answers [][]int32, do func(i, j int, logits []float32)) error {
	sources, written := make([]Sequence, len(seqs)), make([][]int32, len(seqs))
	for i := range seqs {
		if err := seqs[i].even(); err != nil {
			return fmt.Errorf("model: sequence %d: %w", i, err)
		}
		sources[i], written[i] = seqs[i].parted()
		written[i] = append([]int32{t.startToken()}, written[i]...)
		if err := t.checkWritten(written[i], answers[i]); err != nil {
			return fmt.Errorf("model: sequence %d: %w", i, err)
		}
	}
	if err := t.m.check(sources, nil); err != nil {
		return err
	}
	most := memoryBytes / (8 * t.m.Encoder.Outputs() * max(1, len(t.m.Blocks)))
	for at := 0; at < len(seqs); {
		end, tokens := at, 0
		for end < len(seqs) && (end == at || tokens+len(sources[end].IDs) <= most) {
			tokens += len(sources[end].IDs)
			end++
		}
		first := at
		err := t.score(ctx, sources[at:end], written[at:end], answers[at:end], func(i, j int, row []float32) { do(first+i, j, row) })
		if err != nil {
			return err
		}
		at = end
	}
	return nil
}

// checkWritten returns what keeps the decoder from reading what is written
// before an answer, and all of that but its last token.
func (t *Translator) checkWritten(before, answer []int32) error {
	n := len(before) + len(answer) - 1
	if n > t.m.maxTokens {
		return fmt.Errorf("%d tokens are written, of which the model takes at most %d", n, t.m.maxTokens)
	}
	for _, ids := range [][]int32{before, answer} {
		for _, id := range ids {
			if id < 0 || int(id) >= t.m.Outputs() {
				return fmt.Errorf("token %d is written, which is not below %d", id, t.m.Outputs())
			}
		}
	}
	return nil
}

// parted returns the source of a sequence and what is written already: the
// tokens of type 1, without hidden ones.
func (s *Sequence) parted() (source Sequence, written []int32) {
	at := len(s.IDs)
	if s.Types != nil {
		at = slices.Index(append(s.Types[:at:at], 1), 1)
	}
	source = Sequence{IDs: s.IDs[:at]}
	if s.Positions != nil {
		source.Positions = s.Positions[:at]
	}
	if s.Hidden != nil {
		source.Hidden = s.Hidden[:at]
	}
	for i := at; i < len(s.IDs); i++ {
		if s.Hidden == nil || !s.Hidden[i] {
			written = append(written, s.IDs[i])
		}
	}
	return source, written
}

// score scores the answers for a few sources, each of which is encoded once.
func (t *Translator) score(ctx context.Context, seqs []Sequence, before, answers [][]int32, do func(i, j int, logits []float32)) error {
	p := packer{seed: maphash.MakeSeed()}
	p.distinct(seqs)
	var sources []Sequence
	number := make([]int32, len(seqs)) // of each source
	for i, first := range p.first {
		number[i] = int32(len(sources))
		if int(first) == i {
			sources = append(sources, seqs[i])
		} else {
			number[i] = number[first]
		}
	}
	memory, err := t.encode(ctx, sources)
	if err != nil {
		return err
	}
	var r reader
	r.reset()
	for i, answer := range answers {
		n := len(before[i]) - 1
		written := Sequence{IDs: append(before[i], answer[:len(answer)-1]...)}
		r.add(t.m, &written, i, func(at int) bool { return at >= n })
	}
	r.batch.Memory, r.batch.Sources = memory, number
	return t.m.Each(ctx, &r.batch, func(n int, row []float32) {
		at := r.of[n]
		do(int(at.sequence), int(at.token)-len(before[at.sequence])+1, row)
	})
}

// NextTokens returns the target of the log-probabilities of tokens that might be
// written for a source after the tokens before, in nats: an output a token.
func (t *Translator) NextTokens(before, ids []int32) (*Target, error) {
	return t.nextTokens(t, before, ids)
}

// Change is [Generator.Change] of a source.
func (t *Translator) Change(ctx context.Context, before []int32, whole Sequence) (*Target, error) {
	return divergence(ctx, t, before, whole)
}

// Likeliest is [Generator.Likeliest] of what might be written for a source.
func (t *Translator) Likeliest(ctx context.Context, source Sequence, before []int32, most int) ([]Candidate, error) {
	return likeliest(ctx, t, before, source, most)
}

// ContinuationOf returns a text that might be written for a source.
func (t *Translator) ContinuationOf(text string) (*Continuation, error) {
	e, err := t.m.target.Encode(text)
	if err != nil {
		return nil, err
	}
	return t.Continuation(plain(e))
}
