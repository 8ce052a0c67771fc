package model

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// readable returns an error if s lacks what a classifier reads.
func (l *loaded) readable(s *Sequence) error {
	hidden := func(i int) bool { return s.Hidden != nil && s.Hidden[i] }
	switch last := len(s.IDs) - 1; {
	case l.Encoder != nil && !slices.Contains(s.IDs, l.End):
		return fmt.Errorf("no token %d, at which the classifier reads", l.End)
	case l.Encoder != nil && s.Hidden != nil:
		return errors.New("hidden tokens, which a decoder would see")
	case !l.Causal && l.Pooled == nil && hidden(0):
		return errors.New("token 0 is hidden, which is the one that the classifier reads")
	case l.Causal && hidden(last):
		return errors.New("the last token is hidden, which is the one that the classifier reads")
	}
	return nil
}

// classify writes the logits of every sequence of b to dst.
func (l *loaded) classify(ctx context.Context, dst []float32, b *transformer.Batch) error {
	switch {
	case l.Encoder != nil:
		return l.classifyDecoded(ctx, dst, b)
	case l.Pooled != nil:
		return l.classifyMean(ctx, dst, b)
	case l.Causal && l.padding >= 0:
		l.readEnds(b)
	}
	return l.Forward(ctx, dst, b)
}

// readEnds has the last row of every sequence read that is not padding, as
// transformers does, or the first if all is.
func (l *loaded) readEnds(b *transformer.Batch) {
	b.Read = b.Read[:0]
	for i := range b.Len() {
		last := b.Starts[i+1] - 1
		for last > b.Starts[i] && b.Tokens[last] == l.padding {
			last--
		}
		b.Read = append(b.Read, last)
	}
}

// readAll has all rows of b read.
func readAll(b *transformer.Batch) {
	b.Read = b.Read[:0]
	for i := range b.Tokens {
		b.Read = append(b.Read, int32(i))
	}
}

// classifyMean has the head read the mean of a sequence's rows.
func (l *loaded) classifyMean(ctx context.Context, dst []float32, b *transformer.Batch) error {
	readAll(b)
	width := l.Outputs()
	hidden := make([]float32, b.Rows()*width)
	if err := l.Forward(ctx, hidden, b); err != nil {
		return err
	}
	means := make([]float32, b.Len()*width)
	for i := range b.Len() {
		mean, n := means[i*width:][:width], float32(b.Starts[i+1]-b.Starts[i])
		for row := b.Starts[i]; row < b.Starts[i+1]; row++ {
			for j, v := range hidden[int(row)*width:][:width] {
				mean[j] += v
			}
		}
		for j := range mean {
			mean[j] /= n
		}
	}
	l.Pooled.Predict(dst, means, b.Len())
	return nil
}

// remember runs the encoder on the sequences of b and returns what a decoder
// remembers of them.
func (l *loaded) remember(ctx context.Context, b *transformer.Batch) (*transformer.Memory, error) {
	readAll(b)
	hidden := make([]float32, b.Rows()*l.Encoder.Outputs())
	if err := l.Encoder.Forward(ctx, hidden, b); err != nil {
		return nil, err
	}
	return l.Remember(ctx, hidden, b.Starts)
}

// classifyDecoded has a decoder read the sequence once more, one token later,
// and the head the row of the last token that ends a text (Lewis et al. 2020,
// section 3.1).
func (l *loaded) classifyDecoded(ctx context.Context, dst []float32, b *transformer.Batch) error {
	memory, err := l.remember(ctx, b)
	if err != nil {
		return err
	}
	again := transformer.Batch{Memory: memory, Starts: b.Starts, Positions: b.Positions, Places: b.Places, Types: b.Types}
	for i := range b.Len() {
		ids := b.Tokens[b.Starts[i]:b.Starts[i+1]]
		again.Sources = append(again.Sources, int32(i))
		again.Tokens = append(append(again.Tokens, l.Start), ids[:len(ids)-1]...)
		for j, id := range slices.Backward(ids) {
			if id == l.End {
				again.Read = append(again.Read, b.Starts[i]+int32(j))
				break
			}
		}
	}
	return l.Forward(ctx, dst, &again)
}
