package command

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/bias"
)

// openSets opens what is named: templates, a benchmark, or the program's own.
// Benchmarks have axes of their own, which are sifted as sets come; templates are
// told the axes, so that a name that none has is an error.
func (a *auditing) openSets(ctx context.Context) error {
	templates := bias.Builtin()
	a.source = "built-in templates"
	if a.flags.set != "" {
		a.source = filepath.Base(a.flags.set)
		sets, own, err := openSet(ctx, a.flags.set)
		if err != nil {
			return terminal.Blame(err)
		}
		if own == nil {
			a.sets = onlyAxes(sets, a.flags.axes)
			return nil
		}
		templates = own
	}
	if err := templates.Only(a.flags.axes...); err != nil {
		return &terminal.UsageError{Err: err}
	}
	a.sets = templates.Sets()
	return nil
}

// onlyAxes leaves out sets of other axes than those named; none named is all.
func onlyAxes(sets bias.Sets, axes []string) bias.Sets {
	if len(axes) == 0 {
		return sets
	}
	return func(yield func(*bias.Set, error) bool) {
		for s, err := range sets {
			if err == nil && !slices.ContainsFunc(axes, func(a string) bool { return strings.EqualFold(a, s.Axis) }) {
				continue
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

// openSet opens a benchmark or templates by what is in the file or folder.
func openSet(ctx context.Context, name string) (bias.Sets, *bias.Templates, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		sets, err := openFolder(name)
		return sets, nil, err
	}
	f, err := fileReader(ctx, name, request.MaxText)
	if err != nil {
		return nil, nil, err
	}
	// All benchmarks in single files are tables, so JSON must be templates.
	if strings.EqualFold(filepath.Ext(name), ".json") {
		templates, err := bias.ReadTemplates(withoutMark(f))
		if err != nil {
			err = fmt.Errorf("%s: %s", name, request.Plain(err))
		}
		return nil, templates, err
	}
	sets, err := openTable(f, name)
	return bias.Of(sets), nil, err
}

// openTable reads CrowS-Pairs or EEC, whichever the first line says it is.
func openTable(f io.ReadSeeker, name string) ([]*bias.Set, error) {
	heads, err := csv.NewReader(withoutMark(f)).Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(heads, "sent_more"):
		return bias.CrowSPairs(withoutMark(f), name)
	case slices.Contains(heads, "Template"):
		return bias.EEC(withoutMark(f), name)
	}
	return nil, terminal.Usage("%s is neither CrowS-Pairs nor EEC: it has %s", name, strings.Join(heads, ", ")).Or("your own texts go with --corpus %s", name)
}

// openFolder reads a benchmark that is several files, told apart by
// descriptors.json, which HolisticBias alone has.
// A folder is read through [os.DirFS], which opens nothing outside of it.
func openFolder(name string) (bias.Sets, error) {
	folder := os.DirFS(name)
	if _, err := os.Stat(filepath.Join(name, "descriptors.json")); err == nil {
		return bias.HolisticBias(folder)
	}
	sets, err := bias.WinoBias(folder)
	if err != nil {
		return nil, fmt.Errorf("%s holds neither HolisticBias nor WinoBias: %w", name, err)
	}
	return bias.Of(sets), nil
}
