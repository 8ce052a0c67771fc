package serve

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// A browser is a headless Chromium that has the page of a server open.
type browser struct {
	ctx    context.Context
	origin string
	mu     sync.Mutex
	bad    []string // what went wrong in it
}

// browse opens the page of a server in Chromium. Without Chromium the test is skipped, unless
// WHENCE_REQUIRE_BROWSER says that it has to be there.
func browse(t *testing.T, s *Server) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("WHENCE_REQUIRE_BROWSER") != "" {
			t.Fatal("no chromium")
		}
		t.Skip("no chromium")
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(cancel)
	b := &browser{origin: server.URL}
	b.ctx, cancel = chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Listen(b.ctx, b.note); err != nil {
		t.Fatal(err)
	}
	b.visit(t, "/")
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, bad := range b.bad {
			t.Error(bad)
		}
	})
	return b
}

func (b *browser) visit(t *testing.T, path string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(b.origin+path)); err != nil {
		t.Fatal(err)
	}
}

// note keeps what the page must not do: throw, complain, or ask anybody but its server.
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
		if !strings.HasPrefix(e.Request.URL, b.origin) && !strings.HasPrefix(e.Request.URL, "data:") && !strings.HasPrefix(e.Request.URL, "blob:") {
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

// await waits until an expression holds.
func (b *browser) await(t *testing.T, expression string) {
	t.Helper()
	for b.do(t, expression) != "true" {
		time.Sleep(10 * time.Millisecond)
	}
}

// done holds once the page shows the last estimate.
const done = `/evaluations in/.test(document.querySelector("#status").textContent)`

// enter types a text in place of what is there.
func (b *browser) enter(t *testing.T, words string) {
	t.Helper()
	b.do(t, `(document.querySelector("#status").textContent = "", document.querySelector("#text").value = `+quoted(words)+`, document.querySelector("#text").dispatchEvent(new Event("input")))`)
	b.await(t, done)
}

func quoted(s string) string {
	return "decodeURIComponent(\"" + url.PathEscape(s) + "\")"
}

// TestBrowserFirstSight: the page opens with an example that is explained, and typing
// explains again.
func TestBrowserFirstSight(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	if got := b.do(t, `document.querySelector("#says").textContent`); !strings.Contains(got, "sentiment says POSITIVE") && !strings.Contains(got, "says POSITIVE") {
		t.Error(got)
	}
	if got := b.do(t, `document.querySelectorAll("#words button").length + " " + document.querySelectorAll("#scores tbody tr").length`); got != "11 11" {
		t.Errorf("words and rows: %s", got)
	}
	b.enter(t, "not bad")
	if got := b.do(t, `document.querySelector("#scores tbody").textContent`); !strings.HasPrefix(got, "not") || strings.Contains(got, "acting") {
		t.Error(got)
	}
	link := b.do(t, `location.hash`)
	b.visit(t, "/?again"+link)
	b.await(t, done)
	if got := b.do(t, `document.querySelector("#text").value`); got != "not bad" {
		t.Errorf("a link brings back %q", got)
	}
}

// TestBrowserWhatIf: a word is masked, a flip found, an explanation pinned.
func TestBrowserWhatIf(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	b.do(t, `[...document.querySelectorAll("#words button")].find((w) => w.textContent === "wonderful").click()`)
	b.await(t, `/^Without “wonderful”: POSITIVE 0/.test(document.querySelector("#whatif").textContent)`)
	if got := b.do(t, `document.querySelector("#words button[aria-pressed=true]").textContent`); got != "wonderful" {
		t.Errorf("%q is masked", got)
	}
	b.do(t, `document.querySelector("#restore").click()`)
	b.do(t, `document.querySelector("#flip").click()`)
	b.await(t, `/Fewer words are not enough/.test(document.querySelector("#whatif").textContent)`)
	if got := b.do(t, `document.querySelectorAll("#words button[aria-pressed=true]").length`); got == "0" {
		t.Error("no words are masked")
	}
	b.do(t, `document.querySelector("#pin").click()`)
	b.enter(t, "The plot is thin, but the acting is awful.")
	if got := b.do(t, `[...document.querySelectorAll("#scores tbody tr")].find((r) => r.cells[0].textContent === "thin").cells[5].textContent`); !strings.Contains(got, "±") {
		t.Errorf("difference %q", got)
	}
}

// TestBrowserAnswers: what a model writes is explained piece by piece.
func TestBrowserAnswers(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	b.do(t, `(document.querySelector("#status").textContent = "", document.querySelector("#model").value = "stories", document.querySelector("#model").dispatchEvent(new Event("change")))`)
	b.await(t, done)
	b.await(t, `document.querySelectorAll("#answer button").length > 2`)
	first := b.do(t, `document.querySelector("#scores tbody").textContent`)
	b.do(t, `document.querySelectorAll("#answer button")[2].click()`)
	if second := b.do(t, `document.querySelector("#scores tbody").textContent`); second == first {
		t.Error("another part of the answer has the same scores")
	}
}

// TestBrowserHostile: no text is obeyed by the page, whatever it holds.
func TestBrowserHostile(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	b.enter(t, `<img src=x onerror="document.title='owned'"> </script><script>document.title='owned'</script> & "quotes" שלום 電影很好`)
	if got := b.do(t, `document.title + document.querySelectorAll("main img, main script").length`); got != "explain0" {
		t.Error(got)
	}
	b.enter(t, "x\u202eevil good")
	b.do(t, `document.querySelectorAll("#words button")[0].click()`)
	b.await(t, `/^Without/.test(document.querySelector("#whatif").textContent)`)
}

// held is a script that has the page get replies to a call only when release() is called.
const held = `(() => {
	const hold = new Promise((go) => { window.release = go });
	const real = window.fetch;
	window.fetch = async (path, o) => {
		const reply = await real(path, o);
		if (path === "/v1/flip") { window.there = true; await hold; window.came = true; }
		return reply;
	};
})()`

// TestBrowserStale: what comes late says nothing of what is shown by then.
func TestBrowserStale(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	b.do(t, held)
	b.do(t, `document.querySelector("#flip").click()`)
	b.await(t, `window.there === true`)
	b.enter(t, "not bad")
	b.do(t, `window.release()`)
	b.await(t, `window.came === true`)
	if got := b.do(t, `document.querySelectorAll("#words button[aria-pressed=true]").length + document.querySelector("#whatif").textContent`); got != "0" {
		t.Errorf("of a text that is no more: %s", got)
	}
}

// set chooses a value of a control.
func (b *browser) set(t *testing.T, id, value string) {
	t.Helper()
	b.do(t, `(document.querySelector("#status").textContent = "", document.querySelector("#`+id+`").value = "`+value+`", document.querySelector("#`+id+`").dispatchEvent(new Event("change")))`)
	b.await(t, done)
}

// TestBrowserBack: going back undoes a choice, a link says all of what it says, and
// what is too long for one is none.
func TestBrowserBack(t *testing.T) {
	b := browse(t, shared())
	b.await(t, done)
	b.set(t, "method", "leave-one-out")
	if got := b.do(t, `decodeURIComponent(location.hash)`); !strings.Contains(got, "leave-one-out") {
		t.Error(got)
	}
	b.set(t, "class", "all")
	if got := b.do(t, `document.querySelectorAll("#answer button").length + " " + document.querySelector("#flip").hidden`); got != "2 true" {
		t.Errorf("classes and flip of all classes: %s", got)
	}
	for _, want := range []string{"leave-one-out ", " "} {
		b.do(t, `(document.querySelector("#status").textContent = "", history.back())`)
		b.await(t, done)
		if got := b.do(t, `document.querySelector("#method").value + " " + document.querySelector("#class").value`); got != want {
			t.Errorf("back at %q, want %q", got, want)
		}
	}
	b.enter(t, "\ufeff"+strings.Repeat("é", 6000)+" fine") // nine bytes of an address each
	if got := b.do(t, `location.hash.length`); got != "0" {
		t.Errorf("%s characters in the address", got)
	}
}

// TestBrowserQuestion: a model that answers questions is asked one.
func TestBrowserQuestion(t *testing.T) {
	s := newServer(t, nil)
	s.tasks["stories"] = request.Answer // which it cannot, but the page does not know
	b := browse(t, s)
	b.await(t, done)
	b.do(t, `(document.querySelector("#model").value = "stories", document.querySelector("#model").dispatchEvent(new Event("change")))`)
	b.await(t, `document.querySelector("#problem").hidden === false`)
	if got := b.do(t, `decodeURIComponent(location.hash)`); !strings.Contains(got, `"question":"When was it built?"`) {
		t.Error(got)
	}
	if got := b.do(t, `document.querySelector("#asks").hidden + [...document.querySelectorAll("#mask option")].map((o) => o.value).join()`); got != "false,replace" {
		t.Error(got)
	}
	b.mu.Lock()
	b.bad = nil // that it could not is told in the console
	b.mu.Unlock()
}
