package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/whence-xai/whence/model/internal/weightfile"
)

// choose returns the files of a listing that its model needs, that of weights last.
// It says where that is a pickle, and where the same weights are as safetensors.
func (c *client) choose(ctx context.Context, l listing) ([]string, error) {
	files, err := choose(l.has)
	if err != nil {
		if what := weightfile.Foreign(slices.Collect(maps.Keys(l.files))); what != "" {
			err = fmt.Errorf("has %s", what)
		}
		return nil, &Error{Name: c.name, Err: err, Hint: c.converted(ctx)}
	}
	if weights := files[len(files)-1]; weightfile.IsPickle(weights) {
		more := c.converted(ctx)
		if more != "" {
			more = "; " + more
		}
		c.note("%s has its weights as %s only, a pickle: its tensors are read, nothing in it is run%s", c.name, weights, more)
	}
	return files, nil
}

// converted says where the hub's own bot has the weights of the branch main as
// safetensors, in a pull request; "" where there is none. It is advice: that the
// hub cannot be asked is no error.
func (c *client) converted(ctx context.Context) string {
	if c.name.Revision != "main" {
		return ""
	}
	// anybody can open a pull request; this author's are the hub's own
	const bot, most = "SFconvertbot", 1 << 20
	var answer struct {
		Discussions []struct {
			Num    int
			Status string
			Pull   bool `json:"isPullRequest"`
			Author struct{ Name string }
		}
	}
	q := query{path: "/api/models/" + c.name.Repo + "/discussions?type=pull_request&status=open&author=" + bot}
	err := c.get(ctx, q, func(_ *http.Response, body io.Reader) error {
		return json.NewDecoder(io.LimitReader(body, most)).Decode(&answer)
	})
	if err != nil {
		return ""
	}
	for _, d := range answer.Discussions {
		if d.Pull && d.Status == "open" && d.Author.Name == bot && d.Num > 0 {
			// a pull request is a revision like any other
			at := Name{c.name.Repo, fmt.Sprint("refs/pr/", d.Num)}
			l, err := c.list(ctx, at.Revision)
			if weights := weightfile.Of(l.has); err == nil && weights != "" && !weightfile.IsPickle(weights) {
				return at.String() + " has them as safetensors"
			}
		}
	}
	return ""
}
