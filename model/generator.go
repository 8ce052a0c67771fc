package model

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/whence-xai/whence/model/chat"
	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
)

// A Generator goes on with texts: a causal language model. It is safe for
// concurrent use.
type Generator struct{ *writer }

// NewGenerator builds a generator from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewGenerator(files Checkpoint, o Options) (*Generator, error) {
	w, err := newWriter(files, architecture.NextWord, o)
	if err != nil {
		return nil, err
	}
	return &Generator{w}, nil
}

// Generate goes on with a text. The first of what the model writes is returned
// first; of a beam search the best.
func (g *Generator) Generate(ctx context.Context, text string, d Decoding) ([]Generation, error) {
	prompt, err := g.Prompt(text)
	if err != nil {
		return nil, err
	}
	all, err := g.GenerateAll(ctx, [][]int32{prompt}, d)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// GenerateAll goes on with several prompts together, which is faster. What is
// written of a prompt does not depend on the others.
func (g *Generator) GenerateAll(ctx context.Context, prompts [][]int32, d Decoding) ([][]Generation, error) {
	dec, err := g.ready(prompts, &d)
	if err != nil {
		return nil, err
	}
	return g.write(ctx, dec, &steps{writer: g.writer}, prompts)
}

// Stream goes on with a prompt and yields every token when it is chosen. The
// sequence ends with the texts, or with an error.
func (g *Generator) Stream(ctx context.Context, prompt []int32, d Decoding) iter.Seq2[Token, error] {
	return func(yield func(Token, error) bool) {
		dec, err := g.ready([][]int32{prompt}, &d)
		if err == nil {
			err = g.stream(ctx, dec, &steps{writer: g.writer}, prompt, yield)
		}
		told(err, yield)
	}
}

// ready returns what makes texts of prompts, or what is wrong with them.
func (g *Generator) ready(prompts [][]int32, d *Decoding) (*decode.Decoder, error) {
	seqs := make([]Sequence, len(prompts))
	for i, ids := range prompts {
		seqs[i].IDs = ids
	}
	if err := g.m.check(seqs, nil); err != nil {
		return nil, err
	}
	return g.decoder(d)
}

// Prompt returns the tokens of a text, those that the model's format adds
// included. No text at all is the token that begins one.
func (g *Generator) Prompt(text string) ([]int32, error) {
	e, err := g.m.tokenizer.Encode(text)
	if err != nil {
		return nil, err
	}
	if len(e.IDs) > 0 {
		return e.IDs, nil
	}
	id, ok := g.StartID()
	if !ok {
		return nil, errors.New("model: generate: no prompt, and the model has no token that begins a text")
	}
	return []int32{id}, nil
}

// StartID returns the token that begins a text, and whether the model has one.
func (g *Generator) StartID() (int32, bool) {
	if begin := g.configured.Begin; len(begin) > 0 {
		return begin[0], true
	}
	return 0, false
}

// Chat returns the tokens of a conversation up to where the model's answer
// begins, by the checkpoint's template. A template that asks for the date has
// that one, if it is not zero.
func (g *Generator) Chat(ctx context.Context, c chat.Conversation, date time.Time) ([]int32, error) {
	rendered, err := g.ChatText(ctx, c, date)
	if err != nil {
		return nil, err
	}
	return g.Bare(rendered.Text)
}

// ChatText returns the text of a conversation as [Generator.Chat] reads it, the
// tokens of the model's format spelled out.
func (g *Generator) ChatText(ctx context.Context, c chat.Conversation, date time.Time) (*chat.Rendered, error) {
	template, err := g.chatTemplate()
	if err != nil {
		return nil, err
	}
	return template.Render(ctx, c, chat.Options{Date: date})
}

// Bare returns the tokens of a text that spells those of the model's format, of
// which none is added.
func (g *Generator) Bare(text string) ([]int32, error) {
	e, err := g.m.tokenizer.Encode(text)
	if err != nil {
		return nil, err
	}
	ids := plain(e)
	if len(ids) == 0 {
		return nil, errors.New("model: no text")
	}
	return ids, nil
}

func (g *Generator) chatTemplate() (*chat.Template, error) {
	source, tokens, err := g.m.files.ChatSource()
	if err != nil {
		return nil, fmt.Errorf("model: chat: %s: %w", g.Name(), err)
	}
	return chat.Parse(source, tokens)
}

// Continuation returns what might be written after a prompt, which is scored
// by the targets it has.
func (g *Generator) Continuation(ids []int32) (*Continuation, error) { return g.continuation(g, ids) }

// continued calls do with the logits that predict token t of answers[i] after
// seqs[i] and the tokens before it.
func (g *Generator) continued(ctx context.Context, seqs []Sequence, answers [][]int32, do func(i, t int, logits []float32)) error {
	if err := g.m.check(seqs, nil); err != nil {
		return err
	}
	whole := make([]Sequence, len(seqs))
	last := make([]int, len(seqs)) // token of the prompt that is seen
	for i := range seqs {
		last[i] = seqs[i].lastSeen()
		whole[i] = seqs[i].followed(answers[i][:len(answers[i])-1])
	}
	return g.m.each(ctx, whole,
		func(i, t int) bool { return t == last[i] || t >= len(seqs[i].IDs) },
		func(i, t int, row []float32) { do(i, max(0, t-len(seqs[i].IDs)+1), row) })
}

// lastSeen returns the last token that is not hidden.
func (s *Sequence) lastSeen() int {
	i := len(s.IDs) - 1
	for i > 0 && s.Hidden != nil && s.Hidden[i] {
		i--
	}
	return i
}

// followed returns s with tokens behind it.
func (s *Sequence) followed(ids []int32) Sequence {
	n := len(s.IDs)
	x := Sequence{IDs: slices.Concat(s.IDs, ids)}
	if s.Types != nil {
		x.Types = slices.Concat(s.Types, make([]uint8, len(ids)))
	}
	if s.Hidden != nil {
		x.Hidden = slices.Concat(s.Hidden, make([]bool, len(ids)))
	}
	if s.Positions != nil {
		x.Positions = s.Positions[:n:n]
		for i := range ids {
			x.Positions = append(x.Positions, s.Positions[n-1]+int32(i)+1)
		}
	}
	return x
}

// NextTokens returns the target of the log-probabilities of tokens after a
// prompt and the tokens before, in nats: an output a token.
func (g *Generator) NextTokens(before, ids []int32) (*Target, error) {
	return g.nextTokens(g, before, ids)
}

// Change returns the target of how much the distribution of the next token, after
// the tokens before, changes from that after the prompt whole: of two outputs,
// in nats, minus the Kullback–Leibler divergence of the distribution then from
// the one now, and the entropy then less that now.
func (g *Generator) Change(ctx context.Context, before []int32, whole Sequence) (*Target, error) {
	return divergence(ctx, g, before, whole)
}

// Likeliest returns the tokens that are most likely after a prompt and the tokens
// before, most likely first.
func (g *Generator) Likeliest(ctx context.Context, prompt Sequence, before []int32, most int) ([]Candidate, error) {
	return likeliest(ctx, g, before, prompt, most)
}

// ContinuationOf returns the text that might be written after prompt, which is
// split into tokens as the two together are where that leaves the prompt's tokens
// as they are.
func (g *Generator) ContinuationOf(prompt, text string) (*Continuation, error) {
	before, err := g.m.tokenizer.Encode(prompt)
	if err != nil {
		return nil, err
	}
	both, err := g.m.tokenizer.Encode(prompt + text)
	if err != nil {
		return nil, err
	}
	head, ids := plain(before), plain(both)
	if len(ids) < len(head) || !slices.Equal(ids[:len(head)], head) {
		alone, err := g.m.tokenizer.Encode(text)
		if err != nil {
			return nil, err
		}
		return g.Continuation(plain(alone))
	}
	return g.Continuation(ids[len(head):])
}
