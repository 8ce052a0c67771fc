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

// TestTimesAreOfOneWidth: where the lines of a result break does not depend on
// how long it took.
func TestTimesAreOfOneWidth(t *testing.T) {
	for took, want := range map[float64]string{
		0.004: "0.00 s", 9.994: "9.99 s", 9.996: "10.0 s", 99.94: "99.9 s", 99.96: "100 s", 1234: "1234 s",
	} {
		if got := seconds(took); got != want {
			t.Errorf("%v seconds: %q, want %q", took, got, want)
		}
	}
}
