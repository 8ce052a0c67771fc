package render

import "fmt"

// Orange for what lowers the output and blue for what raises it: the two remain
// apart for every common kind of color blindness. Color never tells more than a
// sign or a direction beside it does.

// levels is how many steps of strength the text renderer tells apart.
const levels = 3

// A palette holds the escape codes of a direction.
type palette struct {
	patch [levels]string // of a word: a background, and a foreground that can be read on it
	bar   string         // of a bar: a foreground
}

// palettes returns the colors of lowering and raising scores.
func palettes(colors int) (lowers, raises palette) {
	switch {
	case colors >= 1<<24:
		return palette{[levels]string{rgb(253, 208, 162, true), rgb(253, 141, 60, true), rgb(179, 71, 0, false)}, "38;2;230;110;20"},
			palette{[levels]string{rgb(198, 219, 239, true), rgb(107, 174, 214, true), rgb(23, 92, 160, false)}, "38;2;60;140;210"}
	case colors >= 256:
		return palette{[levels]string{"38;5;16;48;5;223", "38;5;16;48;5;208", "38;5;231;48;5;130"}, "38;5;208"},
			palette{[levels]string{"38;5;16;48;5;153", "38;5;16;48;5;74", "38;5;231;48;5;25"}, "38;5;74"}
	case colors > 0:
		return palette{[levels]string{"33", "1;33", "30;43"}, "33"},
			palette{[levels]string{"34", "1;34", "37;44"}, "34"}
	}
	return palette{}, palette{}
}

// rgb is a ground of that color, with black or white ink, whichever can be read on
// it.
func rgb(r, g, b uint8, dark bool) string {
	ink := "38;2;255;255;255"
	if dark {
		ink = "38;2;0;0;0"
	}
	return fmt.Sprintf("%s;48;2;%d;%d;%d", ink, r, g, b)
}

// painted wraps s in a code, unless there is nothing to paint or no color.
func painted(s, code string) string {
	if s == "" || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
