package request_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/chat"
	"github.com/whence-xai/whence/model/pretrained"
)

// chatting opens the built-in storyteller with a chat template.
func chatting(t *testing.T, template string) *request.Models {
	t.Helper()
	quoted, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("../../../model/pretrained/stories/tokenizer_config.json")
	if err != nil {
		t.Fatal(err)
	}
	return &request.Models{Find: func(context.Context, string) (model.Checkpoint, error) {
		files, err := pretrained.Checkpoint("stories")
		files.TokenizerConfig = []byte(strings.Replace(string(config), "{", `{"chat_template": `+string(quoted)+`,`, 1))
		return files, err
	}}
}

const plain = "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"

func said(text string) request.Request {
	return request.Request{Task: request.Generate, Input: request.Input{Text: text, Chat: true}, Writing: request.Writing{MaxTokens: 3}, Game: request.Game{Unit: "field"}}
}

// TestChat: the messages are the players, however they are given.
func TestChat(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*request.Request)
		roles  []string
	}{
		"the user's message": {func(*request.Request) {}, []string{"Lily ran."}},
		"with another":       {func(r *request.Request) { r.System = "Be brief." }, []string{"Be brief.", "Lily ran."}},
		"all messages": {func(r *request.Request) {
			r.Text, r.System = "", "Be brief."
			r.Messages = []chat.Message{{Role: "user", Content: "Who?"}, {Role: "assistant", Content: "Lily."}, {Role: "user", Content: "Why?"}}
		}, []string{"Be brief.", "Who?", "Lily.", "Why?"}},
		"of a template": {func(r *request.Request) {
			r.Text, r.Template, r.Fields = "", "{who} ran.", []request.Field{{Name: "who", Text: "Tom"}}
		}, []string{"Tom ran."}},
	} {
		r := said("Lily ran.")
		c.change(&r)
		run, err := r.Open(t.Context(), chatting(t, plain))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x, err := run.Estimate(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var texts []string
		for _, p := range x.Players {
			texts = append(texts, x.Subject.Text[p.Start:p.End])
		}
		if !slices.Equal(texts, c.roles) {
			t.Errorf("%s: players %q, want %q", name, texts, c.roles)
		}
	}
}

// TestChatAgain: the day that a template was told is part of the request that was
// done, so that it comes to the same text on another.
func TestChatAgain(t *testing.T) {
	models := chatting(t, "{{ bos_token }}It is {{ strftime_now('%d %B %Y') }}. {{ messages[0].content }}")
	r := said("Lily ran.")
	r.Unit = "word"
	first, err := r.Generation(t.Context(), models)
	if err != nil {
		t.Fatal(err)
	}
	if today := first.Request.Today; today.IsZero() || !strings.Contains(first.Prompt.Text, today.Format("02 January 2006")) {
		t.Errorf("on %v the prompt is %q", today, first.Prompt.Text)
	}
	first.Request.Today = time.Date(2031, 5, 17, 12, 0, 0, 0, time.UTC)
	b, err := first.Request.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := request.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Generation(t.Context(), models)
	if err != nil || !strings.Contains(second.Prompt.Text, "It is 17 May 2031.") {
		t.Errorf("prompt %q, error %v", second.Prompt.Text, err)
	}
	run, err := second.Run(t.Context())
	if err != nil || !run.Request.Today.Equal(first.Request.Today) {
		t.Errorf("the run is of %v, error %v", run.Request.Today, err)
	}
}

func TestChatNotes(t *testing.T) {
	r := said("Lily ran.")
	r.System = "Be brief."
	g, err := r.Generation(t.Context(), chatting(t, "{{ bos_token }}{{ messages[1].content }}"))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Notes) != 1 || !strings.Contains(g.Notes[0], "message 1 says (system)") {
		t.Errorf("notes %q", g.Notes)
	}
}

func TestChatRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		template string
		change   func(*request.Request)
	}{
		"system is for chat":       {plain, func(r *request.Request) { r.Chat, r.System = false, "a" }},
		"messages are all that is": {plain, func(r *request.Request) { r.Messages = []chat.Message{{Role: "user", Content: "a"}} }},
		"messages is not UTF-8":    {plain, func(r *request.Request) { r.Text, r.Messages = "", []chat.Message{{Role: "user", Content: "\xff"}} }},
		"no such thing":            {"{{ raise_exception('no such thing') }}", func(*request.Request) {}},
		"no field {tool} to keep":  {plain, func(r *request.Request) { r.Keep = []string{"tool"} }},
	} {
		r := said("Lily ran.")
		c.change(&r)
		_, err := r.Open(t.Context(), chatting(t, c.template))
		var f *request.Fault
		if !errors.As(err, &f) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
