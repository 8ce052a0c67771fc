package command

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/whence-xai/whence/model"
)

// version returns what tells one build of the program from another, and how it
// computes on this machine.
func version() string {
	name, commit := build()
	return fmt.Sprintf("explain %s, commit %s, %s %s/%s, SIMD %s\n",
		name, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, model.SIMD())
}

// build returns the version of this program and the commit it was built from.
func build() (name, commit string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)", "unknown"
	}
	return info.Main.Version, revision(info.Settings, "unknown")
}

// revision returns the commit that the settings of a build name, marked where
// the tree had changed since.
func revision(settings []debug.BuildSetting, unknown string) string {
	commit, changed := unknown, ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	return commit + changed
}
