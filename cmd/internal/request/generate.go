package request

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/whence-xai/whence/explain/text/prompt"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/chat"
)

// MostGenerated is the maximum number of new tokens where a request of task
// Generate says nothing: as in the article that everybody starts from.
const MostGenerated = 50

// A Generation is a prompt that a model continues.
type Generation struct {
	Request Request
	Model   *model.Generator
	Prompt  *prompt.Prompt // as the model reads it: a chat as its template renders it

	Notes []string // what an explanation leaves out

	models *Models
	ids    []int32 // of the prompt
	answer []int32 // tokens of the first text written

	unplaced error // where the messages of a chat are cannot be told
}

// Generation opens the model of a request of task Generate and makes its prompt.
func (r Request) Generation(ctx context.Context, models *Models) (*Generation, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	prompt, err := r.prompt()
	if err != nil {
		return nil, err
	}
	m, err := open(ctx, models, "generate", r.model(), 0, model.NewGenerator)
	if err != nil {
		return nil, err
	}
	g := &Generation{Request: r, Model: m, Prompt: prompt, models: models}
	if !r.Chat {
		g.ids, err = m.Prompt(prompt.Text)
	} else {
		err = g.chat(ctx, r.conversation(prompt.Text))
	}
	if err != nil {
		return nil, badText(err)
	}
	return g, nil
}

// conversation returns what is said in the chat: all messages that are given, or
// the user's one, the prompt.
func (in Input) conversation(prompt string) chat.Conversation {
	said := chat.Conversation{Tools: in.Tools, Names: in.TemplateNames}
	if in.System != "" {
		said.Messages = append(said.Messages, chat.Message{Role: "system", Content: in.System})
	}
	if len(in.Messages) == 0 {
		said.Messages = append(said.Messages, chat.Message{Role: "user", Content: prompt})
	}
	said.Messages = append(said.Messages, in.Messages...)
	return said
}

// chat renders a conversation by the model's template; each message is a field
// called by its role. Where the messages are is asked for by Run alone.
func (g *Generation) chat(ctx context.Context, said chat.Conversation) error {
	// Some templates, as that of Llama 3.2, write the date into the prompt. It is
	// kept in the request, so that verify makes the same prompt on another day.
	if g.Request.Today.IsZero() {
		g.Request.Today = time.Now().Truncate(time.Second)
	}
	rendered, err := g.Model.ChatText(ctx, said, g.Request.Today)
	if err != nil {
		return err
	}
	// A template may change messages beyond recognition. That is in the way of an
	// explanation, not of an answer.
	if g.Prompt, g.unplaced = prompt.Chat(said.Messages, rendered); g.unplaced != nil {
		g.Prompt = &prompt.Prompt{Text: rendered.Text}
	} else {
		g.Notes = unshown(said.Messages, rendered)
	}
	// The template has written the special tokens; the tokenizer must not add them
	// again.
	g.ids, err = g.Model.Bare(rendered.Text)
	return err
}

// unshown tells of messages of which a rendered chat has nothing.
func unshown(messages []chat.Message, rendered *chat.Rendered) (notes []string) {
	places, _ := rendered.Places() // which are known
	for i, m := range messages {
		there := slices.ContainsFunc(places, func(at chat.Place) bool { return at.Message == i })
		if !there && strings.TrimSpace(m.Content) != "" {
			notes = append(notes, fmt.Sprintf("the model's template shows nothing of what message %d says (%s), which is no part of the explanation", i+1, m.Role))
		}
	}
	return notes
}

// Tokens yields what the model writes, and keeps the first text for Run.
func (g *Generation) Tokens(ctx context.Context) iter.Seq2[model.Token, error] {
	return first(&g.answer, g.Model.Stream(ctx, g.ids, g.Request.decoding(MostGenerated, g.Request.RandomSeed())))
}

// first yields tokens on and keeps those of the first text.
func first(answer *[]int32, tokens iter.Seq2[model.Token, error]) iter.Seq2[model.Token, error] {
	return func(yield func(model.Token, error) bool) {
		*answer = nil
		for t, err := range tokens {
			if err == nil && t.Sample == 0 {
				*answer = append(*answer, t.ID)
			}
			if !yield(t, badText(err)) {
				return
			}
		}
	}
}

// drain runs through tokens that nobody looks at.
func drain(tokens iter.Seq2[model.Token, error]) error {
	for _, err := range tokens {
		if err != nil {
			return err
		}
	}
	return nil
}

// Run returns the run of the answer: the one that the request gives, or else the
// model's, which writes it first unless Tokens has had it.
func (g *Generation) Run(ctx context.Context) (*Run, error) {
	if g.unplaced != nil {
		return nil, badText(g.unplaced)
	}
	if g.answer == nil && g.Request.Answer == "" {
		if err := drain(g.Tokens(ctx)); err != nil {
			return nil, err
		}
	}
	o, err := g.Request.promptOptions(ctx, g.models, g.Prompt)
	if err != nil {
		return nil, err
	}
	o.Bare = g.Request.Chat
	whole := model.Sequence{IDs: g.ids}
	target, err := (&question{
		Target: g.Request.Target,
		model:  g.Model,
		answer: g.answer,
		of:     func(answer string) (*model.Continuation, error) { return g.Model.ContinuationOf(g.Prompt.Text, answer) },
		likely: func(most int) ([]model.Candidate, error) { return g.Model.Likeliest(ctx, whole, nil, most) },
		change: func() (*model.Target, error) { return g.Model.Change(ctx, nil, whole) },
		mute:   g.Model.Tokenizer().IsSpecial,
	}).scorer()
	if err != nil {
		return nil, err
	}
	return g.Request.run(o, g.Model, g.Prompt.Text, target)
}
