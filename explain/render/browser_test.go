package render

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/whence-xai/whence/explain"
)

// A browser is a headless Chromium with one page open, and what went wrong in it.
type browser struct {
	ctx context.Context
	mu  sync.Mutex
	bad []string
}

// open starts Chromium and loads a page.
func open(t *testing.T, page Page) *browser {
	t.Helper()
	b := start(t)
	b.load(t, page)
	return b
}

// start starts Chromium. Without Chromium the test is skipped, unless
// WHENCE_REQUIRE_BROWSER says that it has to be there.
func start(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("WHENCE_REQUIRE_BROWSER") != "" {
			t.Fatal("no chromium")
		}
		t.Skip("no chromium")
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(cancel)
	b := &browser{}
	b.ctx, cancel = chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Listen(b.ctx, b.note); err != nil {
		t.Fatal(err)
	}
	focus := emulation.SetFocusEmulationEnabledParams{Enabled: true} // as if its window were the first
	if _, err := chromedp.Call(b.ctx, emulation.SetFocusEmulationEnabled, focus); err != nil {
		t.Fatal(err)
	}
	return b
}

// load opens a page from a file.
func (b *browser) load(t *testing.T, page Page) {
	t.Helper()
	var html bytes.Buffer
	if err := page.HTML(&html); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, html.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(b.ctx, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String())); err != nil {
		t.Fatal(err)
	}
}

// note keeps what a page must not do: throw, complain, or ask for anything but itself.
func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.bad = append(b.bad, "console call")
	case *log.EventEntryAdded:
		b.bad = append(b.bad, "log: "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasSuffix(e.Request.URL, "/page.html") {
			b.bad = append(b.bad, "request: "+e.Request.URL)
		}
	}
}

// do runs an expression in the page and returns its value as a string.
func (b *browser) do(t *testing.T, expression string) string {
	t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return s
}

// wants fails where an expression has another value.
func (b *browser) wants(t *testing.T, want, expression string) {
	t.Helper()
	if got := b.do(t, expression); got != want {
		t.Errorf("%s = %q, want %q", expression, got, want)
	}
}

// key presses a key.
func (b *browser) key(t *testing.T, keys string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

func (b *browser) quiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, what := range b.bad {
		t.Error(what)
	}
}

func pageOf(t *testing.T, x *explain.Explanation) Page {
	t.Helper()
	p, err := newPage(x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestBrowserHostile: a text that would be markup is only text, in any place.
func TestBrowserHostile(t *testing.T) {
	b := start(t)
	for _, evil := range evils {
		t.Run(evil.name, func(t *testing.T) {
			b.load(t, pageOf(t, everywhere(evil.text)))
			b.wants(t, "undefined", `typeof window.pwned`)
			b.wants(t, "1", `document.scripts.length`)
			b.wants(t, "1", `document.querySelectorAll("style").length`)
			b.wants(t, "0", `document.querySelectorAll("img,iframe,object,embed,link,base,form,a,foreignObject").length`)
			b.wants(t, "0", `[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length`)
			b.wants(t, evil.shown, `document.querySelector(".text mark").textContent`)
			b.quiet(t)
		})
	}
}

func TestBrowserTable(t *testing.T) {
	b := open(t, pageOf(t, plot()))
	words := `[...document.querySelectorAll("table.data tbody th")].map((e) => e.textContent).join(" ")`
	head := func(column int) string {
		return fmt.Sprintf(`document.querySelectorAll("table.data thead th")[%d]`, column)
	}
	b.wants(t, "The plot is thin but the acting is wonderful", words)
	b.wants(t, "none", head(2)+`.getAttribute("aria-sort")`)
	b.do(t, head(2)+`.querySelector("button").click()`)
	b.wants(t, "wonderful but acting is The the is plot thin", words)
	b.wants(t, "descending", head(2)+`.getAttribute("aria-sort")`)
	b.do(t, head(2)+`.querySelector("button").click()`)
	b.wants(t, "thin plot is the The is acting but wonderful", words)
	b.do(t, head(1)+`.querySelector("button").click()`)
	b.wants(t, "acting but is is plot the The thin wonderful", words)
	b.wants(t, "none", head(2)+`.getAttribute("aria-sort")`)
	b.quiet(t)
}

func TestBrowserKeyboard(t *testing.T) {
	b := open(t, pageOf(t, plot()))
	b.wants(t, "1", `document.querySelectorAll('.text [tabindex="0"]').length`)
	b.do(t, `document.querySelector(".text mark").focus()`)
	b.wants(t, "+0.071 ± 0.012 (95 %: +0.047 to +0.095)", `document.getElementById("tip").textContent`)
	b.key(t, "\u0303") // arrow right
	b.wants(t, "plot", `document.activeElement.textContent`)
	b.wants(t, "false", `document.getElementById("tip").hidden`)
	b.wants(t, "1", `document.querySelectorAll("#tip .whisker").length`)
	b.quiet(t)
}

func TestBrowserTheme(t *testing.T) {
	b := open(t, pageOf(t, plot()))
	ground := `getComputedStyle(document.body).backgroundColor`
	before := b.do(t, ground)
	b.do(t, `document.getElementById("theme").click()`)
	if after := b.do(t, ground); after == before {
		t.Errorf("the ground stays %s", after)
	}
	b.quiet(t)
}

func TestBrowserOutputs(t *testing.T) {
	b := open(t, pageOf(t, bothClasses()))
	shown := `[...document.querySelectorAll("section[data-choice]")].filter((e) => !e.hidden).map((e) => e.dataset.choice).join()`
	b.wants(t, "NEGATIVE", shown)
	b.wants(t, "output: ", `document.querySelector("label.choice").firstChild.data`)
	b.do(t, `(() => { const s = document.querySelector("select"); s.value = 1; s.dispatchEvent(new Event("change")); })()`)
	b.wants(t, "POSITIVE", shown)
	b.quiet(t)
}

// TestBrowserAnswer: a word of the answer shows its sources, and a source the
// words that it gave.
func TestBrowserAnswer(t *testing.T) {
	b := open(t, pageOf(t, answered()))
	strong := func(kind string) string {
		return `[...document.querySelectorAll(".answer mark[data-` + kind + `]:not(.weak)")].map((e) => e.textContent.trim()).join("|")`
	}
	b.wants(t, "The king lives in Paris.|He likes tea.", strong("p"))
	b.do(t, `document.querySelector("[data-k='3']").focus()`)
	b.wants(t, "He likes tea.", strong("p"))
	b.do(t, `document.querySelector("[data-p='0']").focus()`)
	b.wants(t, "Paris", strong("k"))
	b.quiet(t)
}

// TestBrowserContrast: words can be read on every ground that a score gives.
func TestBrowserContrast(t *testing.T) {
	b := open(t, pageOf(t, plot()))
	contrast := `(() => {
		const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
		const light = (layers) => {
			canvas.clearRect(0, 0, 1, 1);
			for (const c of layers) { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); }
			const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
			return .2126 * r + .7152 * g + .0722 * b;
		};
		const paper = getComputedStyle(document.body).backgroundColor;
		return Math.min(...[...document.querySelectorAll("mark,p,dt,caption,figcaption,th,td,h1,h2,button")].map((e) => {
			const s = getComputedStyle(e), pair = [light([paper, s.backgroundColor]), light([paper, s.backgroundColor, s.color])].sort();
			return (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
		})) >= 4.5;
	})()`
	b.wants(t, "true", contrast)
	b.do(t, `document.getElementById("theme").click()`)
	b.wants(t, "true", contrast)
	b.quiet(t)
}
