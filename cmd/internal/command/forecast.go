package command

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/render"
)

// A forecast is what a run over a corpus will take.
// Sums over the sample are scaled to the corpus, but for players and seconds, which
// are means.
type forecast struct {
	rows, bad int64
	planned   int     // texts that passes and tokens rest on
	players   float64 // a text
	passes    float64 // of all texts, at most
	tokens    float64 // of all passes
	measured  int     // texts explained to find the speed
	seconds   float64 // a text
	threads   int
	memory    uint64 // bytes of this process when that was over
}

const (
	plannedTexts = 500             // looked at
	calibration  = 4 * time.Second // of explaining, about
)

// preview finds out what a run will take: texts of a sample are made games, which
// tells passes and tokens, and some are explained, which tells the time.
func (e *documentExplainer) preview(ctx context.Context, in *corpus.Input, threads int) (*forecast, error) {
	s, err := in.Sample(ctx, plannedTexts, e.Request.RandomSeed())
	if err != nil {
		return nil, err
	}
	k := &forecast{rows: s.Rows, bad: s.Bad, threads: runtime.GOMAXPROCS(0)}
	if threads > 0 {
		k.threads = threads
	}
	for _, d := range s.Documents {
		if err := k.plan(e, d); err != nil {
			return nil, err
		}
	}
	if err := k.measure(ctx, e, s.Documents); err != nil {
		return nil, err
	}
	if k.planned > 0 {
		// Each document of the sample stands for so many of the corpus.
		share := float64(k.rows-k.bad) / float64(len(s.Documents))
		k.players /= float64(k.planned)
		k.passes *= share
		k.tokens *= share
	}
	return k, nil
}

// plan adds what a document will take; one that cannot be explained takes nothing.
// A game asks the model for nothing before a coalition is valued, so plans cost no
// passes.
func (k *forecast) plan(e *documentExplainer, d corpus.Document) error {
	game, err := e.Options.NewGame(e.Model, d.Text, e.Model.LogOdds())
	if err != nil {
		return nil //nolint:nilerr // it will be a dead letter
	}
	run, err := e.Request.NewRun(game)
	if err != nil {
		return nil //nolint:nilerr // it will be a dead letter
	}
	read, err := e.Model.Tokenizer().Encode(d.Text)
	if err != nil {
		return err
	}
	k.planned++
	k.players += float64(game.Players())
	k.passes += float64(run.Evaluations)
	// An upper bound: maskers that drop words make sequences shorter than the text.
	k.tokens += float64(run.Evaluations * len(read.IDs))
	return nil
}

// measure explains documents side by side, as a run does, until enough time is over.
func (k *forecast) measure(ctx context.Context, e *documentExplainer, documents []corpus.Document) error {
	begin := time.Now()
	// As many side by side as a run has, for they share batches, which is most of
	// the speed.
	for lo := 0; lo < len(documents) && time.Since(begin) < calibration; lo += corpus.DefaultDocuments {
		batch := documents[lo:min(lo+corpus.DefaultDocuments, len(documents))]
		done := make(chan error, len(batch))
		for _, d := range batch {
			go func() {
				_, err := e.explain(ctx, d)
				done <- err
			}()
		}
		for range batch {
			if err := <-done; err == nil {
				k.measured++
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if k.measured > 0 {
		k.seconds = time.Since(begin).Seconds() / float64(k.measured)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	// All that the runtime has from the system: the limit of a job is on that, not
	// on what is in use.
	k.memory = m.Sys
	return nil
}

// total is how many seconds the whole will take on this machine.
func (k *forecast) total() float64 { return k.seconds * float64(k.rows-k.bad) }

// shardSeconds is how long a shard should take where several machines share a
// corpus: little is lost with one, and starting it costs little beside.
const shardSeconds = 120

func (k *forecast) shards() int { return int(max(1, math.Ceil(k.total()/shardSeconds))) }

// finding says it to people and programs.
func (k *forecast) finding(r request.Request) *output.Finding {
	f := &output.Finding{Title: "What this would take", Data: struct {
		Rows      int64   `json:"rows"`
		Bad       int64   `json:"bad"`
		Players   float64 `json:"players_a_text"`
		Passes    float64 `json:"passes"`
		Tokens    float64 `json:"tokens"`
		Seconds   float64 `json:"seconds"`
		Threads   int     `json:"threads"`
		CoreHours float64 `json:"core_hours"`
		Shards    int     `json:"shards"`
	}{k.rows, k.bad, k.players, k.passes, k.tokens, k.total(), k.threads, k.coreHours(), k.shards()}}
	f.Table("", render.Sheet{Heads: []string{"what", "how much"}, Words: 1, Rows: [][]string{
		{"rows", fmt.Sprint(k.rows)},
		{"of them no documents", fmt.Sprint(k.bad)},
		{"players a text", fmt.Sprintf("%.1f", k.players)},
		{"passes of the model, at most", fmt.Sprintf("%.3g", k.passes)},
		{"tokens in them", fmt.Sprintf("%.3g", k.tokens)},
		{"texts explained to measure", fmt.Sprint(k.measured)},
		{"texts a second on this machine", fmt.Sprintf("%.3g", 1/k.seconds)},
		{"hours on this machine", fmt.Sprintf("%.3g", k.total()/3600)},
		{"core-hours, of " + fmt.Sprint(k.threads) + " threads", fmt.Sprintf("%.3g", k.coreHours())},
		{fmt.Sprintf("shards of %d s each", shardSeconds), fmt.Sprint(k.shards())},
	}})
	if k.planned < int(min(k.rows-k.bad, plannedTexts)) {
		f.Say("Some texts of the sample cannot be explained by these settings: see what becomes of a few with --limit.")
	}
	if r.MaxError > 0 || r.StableTop > 0 {
		f.Say("Passes are those of the whole budget; a rule to stop saves some, and the time measured has that in it.")
	}
	return f
}

func (k *forecast) coreHours() float64 { return k.total() * float64(k.threads) / 3600 }
