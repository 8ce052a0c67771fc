package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/shap"
)

// A comparison is how near an explanation comes to the exact values of its
// game, an entry an output.
type comparison struct {
	index  explain.Index // of the exact values
	output []metric.Agreement
}

// compare finds the exact values of g of the index that x estimates; of LIME's
// coefficients, which are no shares of the game, the Shapley values.
func compare(ctx context.Context, g explain.Game, x *explain.Explanation) (comparison, error) {
	exact := shap.Exact{Index: x.Index, Order: x.Order}
	if x.Index == explain.LIME {
		exact = shap.Exact{Index: explain.SV}
	}
	truth, err := exact.Estimate(ctx, g)
	if err != nil {
		return comparison{}, fmt.Errorf("compare: %w", err)
	}
	agreement, err := metric.Agree(x, truth)
	return comparison{truth.Index, agreement}, err
}

// Append writes the comparison behind an explanation in a format.
func (c comparison) Append(b *bytes.Buffer, format string) error {
	if format == "json" {
		return c.addJSON(b)
	}
	var lines []string
	for _, a := range c.output {
		lines = append(lines, fmt.Sprintf("against exact %v: normalized error %.3g, max error %.3g, Spearman %.3f",
			c.index, a.NormalizedError, a.MaxAbs, a.Spearman))
	}
	separator := ""
	if format == "markdown" {
		separator = "\n"
	}
	_, err := fmt.Fprintf(b, "%s%s\n", separator, strings.Join(lines, "\n"))
	return err
}

// addJSON writes the comparison as the last field of the object in b. Numbers
// that are undefined become null.
func (c comparison) addJSON(b *bytes.Buffer) error {
	field := struct {
		Index           explain.Index      `json:"index"`
		NormalizedError []jsonfloat.Number `json:"normalized_error"`
		MaxAbs          []jsonfloat.Number `json:"max_abs"`
		Spearman        []jsonfloat.Number `json:"spearman"`
	}{Index: c.index}
	for _, a := range c.output {
		field.NormalizedError = append(field.NormalizedError, jsonfloat.Number(a.NormalizedError))
		field.MaxAbs = append(field.MaxAbs, jsonfloat.Number(a.MaxAbs))
		field.Spearman = append(field.Spearman, jsonfloat.Number(a.Spearman))
	}
	text, err := json.Marshal(field)
	if err != nil {
		return err
	}
	// The object is opened again at its end rather than decoded and encoded, which
	// would lose the order of its fields.
	object := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(b.Bytes()), []byte("}")), "\n")
	b.Truncate(len(object))
	spaced := strings.NewReplacer(`":`, `": `, `,`, `, `).Replace(string(text))
	_, err = fmt.Fprintf(b, ",\n  \"comparison\": %s\n}\n", spaced)
	return err
}
