package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"runtime"
	"strings"
	"testing"
)

// sketch has one of each shape.
func sketch(text string) *Picture {
	p := &Picture{Width: 120, Height: 60, Title: text, Desc: text}
	p.Rect(10, 10, 20, 20, Style{Fill: Raises, Tip: text})
	p.Dot(60, 20, 8, Style{Fill: Lowers})
	p.Line([]Point{{80, 20}, {110, 20}}, Style{Stroke: Text, Width: 4})
	p.Words(10, 50, text, Font{Bold: true})
	return p
}

func TestSVG(t *testing.T) {
	var b bytes.Buffer
	if err := sketch(`<a href="x">&`).SVG(&b); err != nil {
		t.Fatal(err)
	}
	svg := b.String()
	for _, want := range []string{
		`viewBox="0 0 120 60"`, `role="img"`, `<title>&lt;a href=&#34;x&#34;&gt;&amp;</title>`,
		`<path d="M10 10L30 10L30 30L10 30Z" fill="#2167b0" class="f-raises"><title>`,
		`<circle cx="60" cy="20" r="8" fill="#b84e00" class="f-lowers"/>`,
		`<path d="M80 20L110 20" fill="none" stroke="#1c1e21" class="s-text" stroke-width="4"/>`,
		`prefers-color-scheme:dark`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	if strings.Contains(svg, "<a ") {
		t.Error("the text became markup")
	}
}

func pixelsOf(t *testing.T, p *Picture, o PNGOptions) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := p.PNG(&b, o); err != nil {
		t.Fatal(err)
	}
	i, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestPNG(t *testing.T) {
	i := pixelsOf(t, sketch("Ωmega"), PNGOptions{})
	if got := i.Bounds().Size(); got != (image.Point{240, 120}) {
		t.Fatalf("size %v", got)
	}
	for at, want := range map[image.Point]Ink{
		{40, 40}: Raises, {120, 40}: Lowers, {190, 40}: Text, {190, 60}: Paper, {2, 2}: Paper, {62, 40}: Paper,
	} {
		if got := color.NRGBAModel.Convert(i.At(at.X, at.Y)); got != want.rgba(1) {
			t.Errorf("%v is %v, want %v", at, got, want.rgba(1))
		}
	}
	dark := 0
	for x := range 120 {
		for y := 76; y < 104; y++ {
			if r, _, _, _ := i.At(x, y).RGBA(); r < 0x8000 {
				dark++
			}
		}
	}
	if dark < 100 || dark > 1200 {
		t.Errorf("%d dark pixels are no word", dark)
	}
}

// TestPNGTurned: words that are turned stand upright.
func TestPNGTurned(t *testing.T) {
	p := &Picture{Width: 100, Height: 100}
	p.Words(50, 90, "llllllll", Font{Size: 20, Turn: -90})
	i := pixelsOf(t, p, PNGOptions{Scale: 1})
	box := image.Rectangle{}
	for x := range 100 {
		for y := range 100 {
			if r, _, _, _ := i.At(x, y).RGBA(); r < 0x8000 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if box.Dy() < 2*box.Dx() || box.Max.Y > 91 || box.Max.X > 52 {
		t.Errorf("words cover %v", box)
	}
}

func TestPNGRefuses(t *testing.T) {
	for _, c := range []struct {
		text   string
		r      rune
		script bool
	}{{"素", '素', false}, {"ok 👍", '👍', false}, {"שלום", 'ש', true}, {"हिन्दी", 'ह', true}, {"ابجد", 'ا', true}} {
		var glyph *GlyphError
		err := sketch(c.text).PNG(new(bytes.Buffer), PNGOptions{})
		if !errors.As(err, &glyph) || glyph.Rune != c.r || glyph.Script != c.script {
			t.Errorf("%s: %v", c.text, err)
		}
		if early := CheckText(c.text, PNGOptions{}); early == nil || early.Error() != err.Error() {
			t.Errorf("%s: %v before, %v after", c.text, early, err)
		}
	}
	if err := CheckText("one\ntwo\tthree", PNGOptions{}); err != nil {
		t.Error(err)
	}
	if err := sketch("cafe\u0301 \u200c\u200e").PNG(new(bytes.Buffer), PNGOptions{}); err != nil {
		t.Errorf("what can be composed, and marks without a look: %v", err)
	}
	if err := sketch("a").PNG(new(bytes.Buffer), PNGOptions{Font: []byte("no font")}); err == nil {
		t.Error("a file that is no font is taken for one")
	}
	for _, size := range []float64{0, -1, 1e9, math.NaN(), math.Inf(1)} {
		p := &Picture{Width: size, Height: 100}
		if err := p.PNG(new(bytes.Buffer), PNGOptions{}); err == nil {
			t.Errorf("a width of %v is taken", size)
		}
	}
}

func TestFit(t *testing.T) {
	long := strings.Repeat("wonderful ", 20)
	for _, width := range []float64{0, 20, 100, 300} {
		got := Fit(long, Font{}, width)
		if !strings.HasSuffix(got, "…") || got != "…" && Measure(got, Font{}) > width {
			t.Errorf("width %v: %q", width, got)
		}
	}
	if got := Fit("short", Font{}, 100); got != "short" {
		t.Error(got)
	}
	// A word of 32 KB is not measured for each of its letters.
	word := strings.Repeat("é", 1<<14)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := Fit(word, Font{}, 100); got == "…" || Measure(got, Font{}) > 100 || Measure("é"+got, Font{}) <= 100 {
		t.Errorf("%q of a long word", got)
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 100*uint64(len(word)) {
		t.Errorf("%d bytes were taken to cut a word of %d", after.TotalAlloc-before.TotalAlloc, len(word))
	}
}

func TestStack(t *testing.T) {
	all := Stack("both", sketch("one"), sketch("two"))
	if all.Height != 144 || all.Width != 120 || !strings.Contains(all.Desc, "two") {
		t.Errorf("%v × %v, %s", all.Width, all.Height, all.Desc)
	}
	i := pixelsOf(t, all, PNGOptions{Scale: 1})
	for _, y := range []int{20, 104} {
		if got := color.NRGBAModel.Convert(i.At(20, y)); got != Raises.rgba(1) {
			t.Errorf("at %d: %v", y, got)
		}
	}
}

// TestInks: words in any ink but Grid and Paper can be read on paper.
func TestInks(t *testing.T) {
	light := func(rgb uint32) float64 {
		channel := func(v uint32) float64 {
			c := float64(v&0xff) / 255
			if c <= .04045 {
				return c / 12.92
			}
			return math.Pow((c+.055)/1.055, 2.4)
		}
		return .2126*channel(rgb>>16) + .7152*channel(rgb>>8) + .0722*channel(rgb)
	}
	contrast := func(a, b uint32) float64 {
		return (max(light(a), light(b)) + .05) / (min(light(a), light(b)) + .05)
	}
	for _, i := range []Ink{Text, Faint, Raises, Lowers, Third, Fourth, Fifth} {
		w, paper := inks[i], inks[Paper]
		if c := contrast(w.light, paper.light); c < 4.5 {
			t.Errorf("%s on light paper: %.2f", w.name, c)
		}
		if c := contrast(w.dark, paper.dark); c < 4.5 {
			t.Errorf("%s on dark paper: %.2f", w.name, c)
		}
	}
}
