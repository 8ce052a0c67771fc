package render

import (
	"bytes"
	"testing"
)

func TestTerminal(t *testing.T) {
	for _, c := range []struct {
		columns, force, no string
		want               Options
	}{
		{"", "", "", Options{Width: 80}},
		{"132", "", "", Options{Width: 132}},
		{"-5", "", "", Options{Width: 80}},
		{"wide", "", "", Options{Width: 80}},
		{"", "1", "", Options{Width: 80, Colors: 16}},
		{"", "1", "1", Options{Width: 80}},
		{"", "0", "", Options{Width: 80}},
	} {
		t.Setenv("COLUMNS", c.columns)
		t.Setenv("CLICOLOR_FORCE", c.force)
		t.Setenv("NO_COLOR", c.no)
		if got := Terminal(new(bytes.Buffer)); got != c.want {
			t.Errorf("COLUMNS=%s CLICOLOR_FORCE=%s NO_COLOR=%s: %+v, want %+v", c.columns, c.force, c.no, got, c.want)
		}
	}
}
