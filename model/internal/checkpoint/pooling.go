package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// A Pooling is how the rows of a text's tokens become one vector, as the files
// of sentence-transformers say: parts that follow one another.
// Several at once are put one behind the other, so that the vector is as many times
// wider.
type Pooling struct {
	// First is the row of the first token, which is [CLS] in most models.
	First bool `json:"pooling_mode_cls_token"`
	Max   bool `json:"pooling_mode_max_tokens"`
	Mean  bool `json:"pooling_mode_mean_tokens"`
	// RootMean is the sum over the root of the number of tokens.
	RootMean bool `json:"pooling_mode_mean_sqrt_len_tokens"`
	Weighted bool `json:"pooling_mode_weightedmean_tokens"` // later tokens count more
	Last     bool `json:"pooling_mode_lasttoken"`
}

// modes returns the parts by the names that pooling_mode, which counts over the flags, has for them.
func (p *Pooling) modes() map[string]*bool {
	return map[string]*bool{
		"cls": &p.First, "max": &p.Max, "mean": &p.Mean, "mean_sqrt_len_tokens": &p.RootMean, "weightedmean": &p.Weighted, "lasttoken": &p.Last,
	}
}

// readModes reads pooling_mode, a name or a list of names.
func (p *Pooling) readModes(config []byte) error {
	var c struct {
		Modes json.RawMessage `json:"pooling_mode"`
	}
	var list []string
	if err := json.Unmarshal(config, &c); err != nil || c.Modes == nil || string(c.Modes) == "null" {
		return err
	}
	if json.Unmarshal(c.Modes, &list) != nil {
		list = make([]string, 1)
		if err := json.Unmarshal(c.Modes, &list[0]); err != nil {
			return fmt.Errorf("pooling_mode is %.40s, not a name or a list of names", c.Modes)
		}
	}
	// the flags of older files don't count beside it
	*p = Pooling{}
	for _, name := range list {
		on := p.modes()[name]
		if on == nil {
			return fmt.Errorf("pooling_mode %.40q is not known", name)
		}
		*on = true
	}
	return nil
}

// ParsePooling reads 1_Pooling/config.json, and of modules.json whether there is
// more to a model than that. Without the files it is the mean.
// Normalize is done in any case: lengths make no difference to a cosine.
func ParsePooling(config, modules []byte) (Pooling, error) {
	// names of Python classes, of which the last part counts
	var list []struct{ Type string }
	if modules != nil {
		if err := json.Unmarshal(modules, &list); err != nil {
			return Pooling{}, fmt.Errorf("modules.json: %w", err)
		}
	}
	for _, m := range list {
		switch kind := m.Type[strings.LastIndexByte(m.Type, '.')+1:]; kind {
		case "Transformer", "Pooling", "Normalize":
		default:
			return Pooling{}, fmt.Errorf("modules.json: a module %q is not supported, only Transformer, Pooling and Normalize", kind)
		}
	}
	if config == nil {
		return Pooling{Mean: true}, nil
	}
	var p Pooling
	err := json.Unmarshal(config, &p)
	if err == nil {
		err = p.readModes(config)
	}
	if err != nil {
		return p, fmt.Errorf("1_Pooling/config.json: %w", err)
	}
	if p == (Pooling{}) {
		return p, errors.New("1_Pooling/config.json: no mode of pooling that is known is switched on")
	}
	return p, nil
}

// Of returns the vector of rows of that width, with length one.
// rows are [tokens][width]. Sums are in float64, in the order of the tokens.
func (p Pooling) Of(rows []float32, width int) []float32 {
	n := len(rows) / width
	var all []float64
	// add appends one value a column, if the mode is on
	add := func(on bool, value func(column int) float64) {
		for j := 0; on && j < width; j++ {
			all = append(all, value(j))
		}
	}
	// column j of all rows, each times its weight
	sum := func(j int, weight func(i int) float64) float64 {
		s := 0.0
		for i := range n {
			s += weight(i) * float64(rows[i*width+j])
		}
		return s
	}
	add(p.First, func(j int) float64 { return float64(rows[j]) })
	add(p.Max, func(j int) float64 {
		most := math.Inf(-1)
		for i := range n {
			most = max(most, float64(rows[i*width+j]))
		}
		return most
	})
	add(p.Mean, func(j int) float64 { return sum(j, func(int) float64 { return 1 / float64(n) }) })
	add(p.RootMean, func(j int) float64 { return sum(j, func(int) float64 { return 1 / math.Sqrt(float64(n)) }) })
	add(p.Weighted, func(j int) float64 {
		return sum(j, func(i int) float64 { return float64(i+1) / float64(n*(n+1)/2) })
	})
	add(p.Last, func(j int) float64 { return float64(rows[(n-1)*width+j]) })
	length := 0.0
	for _, v := range all {
		length += v * v
	}
	// torch.nn.functional.normalize's least length
	length = max(math.Sqrt(length), 1e-12)
	out := make([]float32, len(all))
	for i, v := range all {
		out[i] = float32(v / length)
	}
	return out
}
