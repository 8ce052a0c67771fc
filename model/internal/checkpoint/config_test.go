package checkpoint

import (
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/f32"
)

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	c, err := ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestConfigTellsAllFaults: whoever has a config that is wrong in several places
// hears of all of them at once, by the names in the file.
func TestConfigTellsAllFaults(t *testing.T) {
	c := parsed(t, `{"hidden_size": 0, "num_hidden_layers": 1000000, "heads": 12, "hidden_act": "sinus", "eps": 1, "position": "relative",
		"cap": -3, "token": -7, "rope": {"factor": 0}}`)
	c.Size(0, "vocab_size", "n_vocab")
	c.Size(0, "hidden_size")
	c.Layers(0, "num_hidden_layers")
	c.Divides("heads", 12, "width", 100)
	c.Activation("gelu", "hidden_act")
	c.Epsilon(1e-5, "eps")
	c.Only("absolute", "position")
	c.Cap(0, "cap")
	c.ID(0, "token")
	c.In("rope").Positive(1, "factor")
	err := c.Err()
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{
		"vocab_size or n_vocab is missing", "hidden_size is 0", "num_hidden_layers is 1000000", "width 100 does not divide by heads 12",
		`unknown activation "sinus"`, "eps is 1, not between 0 and 1", `position "relative" is not supported, only absolute`,
		"cap is -3, not above 0", "token is -7", "rope.factor is 0, not above 0",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in\n%v", want, err)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 10 {
		t.Errorf("%d faults, want 10:\n%v", lines, err)
	}
}

// TestConfigDefaults: what a config leaves out is what transformers takes for it,
// null included where that means something else.
func TestConfigDefaults(t *testing.T) {
	c := parsed(t, `{"window": null, "cap": null, "layers": 3.0, "kinds": "c2p| P2C", "list": ["a", "b"]}`)
	if got := c.Size(7, "absent"); got != 7 {
		t.Errorf("an absent size is %d", got)
	}
	if c.Given("window") || !c.Has("window") {
		t.Error("null is given, or not there")
	}
	if got := c.Cap(50, "cap"); got != 0 {
		t.Errorf("a cap of null is %v", got)
	}
	if got := c.Cap(50, "other_cap"); got != 50 {
		t.Errorf("an absent cap is %v", got)
	}
	if got := c.Layers(1, "layers"); got != 3 {
		t.Errorf("3.0 layers are %d", got)
	}
	if got := c.Activation("silu", "absent"); got != f32.SiLU {
		t.Errorf("an absent activation is %v", got)
	}
	if got := strings.Join(c.Words("kinds"), ","); got != "c2p,p2c" {
		t.Errorf("words between bars are %s", got)
	}
	if got := strings.Join(c.Words("list"), ","); got != "a,b" {
		t.Errorf("words of a list are %s", got)
	}
	if got := c.In("text").WithDefaults(map[string]string{"size": "5"}).Size(0, "size"); got != 5 {
		t.Errorf("a default of a part is %d", got)
	}
	if err := c.Err(); err != nil {
		t.Error(err)
	}
}

// TestConfigOfAnotherKind: a value of another kind names its key.
func TestConfigOfAnotherKind(t *testing.T) {
	c := parsed(t, `{"hidden_size": "768", "bias": "yes", "act": 3}`)
	c.Size(0, "hidden_size")
	c.Flag(false, "bias")
	c.Word("", "act")
	err := c.Err()
	for _, key := range []string{"hidden_size", "bias", "act"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("no word of %s: %v", key, err)
		}
	}
	if _, err := ParseConfig([]byte(`[1]`)); err == nil {
		t.Error("a list is a config")
	}
}

// TestGenerationConfigNamesTheFile: faults say in which file and field.
func TestGenerationConfigNamesTheFile(t *testing.T) {
	for _, c := range []struct{ generation, config, want string }{
		{`{"top_k": "ten"}`, `{}`, "generation_config.json: top_k"},
		{``, `{"num_beams": [1]}`, "config.json: num_beams"},
		{`{`, `{}`, "generation_config.json"},
	} {
		var generation []byte
		if c.generation != "" {
			generation = []byte(c.generation)
		}
		if _, err := ParseGenerationConfig(generation, []byte(c.config)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.generation, c.config, err, c.want)
		}
	}
	g, err := ParseGenerationConfig(nil, []byte(`{"eos_token_id": 2, "temperature": 0.5, "top_k": 10.0}`))
	if err != nil || g.Temperature != 0.5 || g.TopK != 10 || len(g.Ends) != 1 || g.Ends[0] != 2 || g.Beams != 1 {
		t.Errorf("%+v, %v", g, err)
	}
}
