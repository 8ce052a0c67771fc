package serve

import (
	"embed"
	"net/http"
)

//go:embed page
var page embed.FS

// pageFiles are the files of the page, by where they are asked for.
var pageFiles = map[string]string{"/{$}": "page/index.html", "/page.css": "page/page.css", "/page.js": "page/page.js"}

// servePage answers with a file of the page. Nothing in it may come from elsewhere,
// and no script or style may stand in the text of it.
func servePage(file string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, page, file)
	}
}
